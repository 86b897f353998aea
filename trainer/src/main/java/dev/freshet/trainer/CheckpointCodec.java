package dev.freshet.trainer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.freshet.core.model.ChunkedFile;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.engine.NetworkState;
import dev.freshet.protocol.v1.Memory;
import dev.freshet.protocol.v1.Places;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as records of the topic {@code checkpoints}: chunks of a protobuf message, then their description in JSON.
 *
 * <p>Keys are {@code name/newest/0}, {@code name/newest/1}, …, {@code name/newest/manifest}, each written over again by the
 * next checkpoint; or, of the state in which a version was published, with its number in place of {@code newest}. Stateless.
 */
final class CheckpointCodec {
    static final String NEWEST = "newest";
    static final String MANIFEST = "manifest";

    private CheckpointCodec() {}

    /** The records of one checkpoint, the description last. */
    static List<ProducerRecord<byte[], byte[]>> records(String topic, String place, Checkpoint checkpoint) {
        String prefix = checkpoint.model() + "/" + place + "/";
        ChunkedFile.Cut cut = ChunkedFile.cut(prefix, encode(checkpoint));
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        cut.parts().forEach(part -> records.add(record(topic, part.key(), part.value())));
        records.add(record(topic, prefix + MANIFEST, SnapshotCodec.toJson(cut.file())));
        return records;
    }

    /** What deletes the records of an older checkpoint that had at most so many chunks. */
    static List<ProducerRecord<byte[], byte[]>> tombstones(String topic, String model, String place, int chunks) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            records.add(record(topic, model + "/" + place + "/" + i, null));
        }
        records.add(record(topic, model + "/" + place + "/" + MANIFEST, null));
        return records;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }

    static byte[] encode(Checkpoint checkpoint) {
        var message = dev.freshet.protocol.v1.Checkpoint.newBuilder()
                .setModel(checkpoint.model())
                .setVersion(checkpoint.version())
                .setSpec(UnsafeByteOperations.unsafeWrap(SnapshotCodec.toJson(checkpoint.spec())))
                .setEngine(checkpoint.engine())
                .setTopic(checkpoint.position().topic())
                .putAllNextOffsets(checkpoint.position().next())
                .setWeights(UnsafeByteOperations.unsafeWrap(
                        Safetensors.encode(checkpoint.network().weights())))
                .putAllCounters(checkpoint.network().counters())
                .setExamples(checkpoint.examples())
                .setSteps(checkpoint.steps())
                .setHoldOut(places(checkpoint.holdOut()))
                .setUnfinished(places(checkpoint.unfinished()))
                .setQuarantined(places(checkpoint.quarantined()))
                .setCreatedAtMs(checkpoint.createdAt().toEpochMilli())
                .addAllTaken(checkpoint.taken().toNumbers());
        if (checkpoint.epoch() != null) {
            message.setEpoch(checkpoint.epoch());
        }
        checkpoint.network().arrays().forEach((name, array) -> message.putArrays(name, bytes(array)));
        checkpoint.memories().forEach((name, memory) -> message.putMemories(name, memory(memory)));
        return message.build().toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is not that
     */
    static Checkpoint decode(byte[] file) {
        try {
            return read(dev.freshet.protocol.v1.Checkpoint.parseFrom(file));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a readable checkpoint: " + e.getMessage(), e);
        }
    }

    private static Checkpoint read(dev.freshet.protocol.v1.Checkpoint message) {
        ModelSpec spec = SnapshotCodec.fromJson(message.getSpec().toByteArray(), ModelSpec.class);
        Map<String, float[]> arrays = new HashMap<>();
        message.getArraysMap().forEach((name, bytes) -> arrays.put(name, floats(bytes)));
        Map<String, long[]> memories = new HashMap<>();
        message.getMemoriesMap().forEach((name, memory) -> memories.put(name, memory(memory)));
        return new Checkpoint(
                message.getModel(),
                message.getVersion(),
                spec,
                message.getEngine(),
                new Offsets(message.getTopic(), new TreeMap<>(message.getNextOffsetsMap())),
                TakingOrder.ofNumbers(message.getTakenList()),
                new NetworkState(
                        Safetensors.decode(message.getWeights().toByteArray()).fitTo(spec),
                        arrays,
                        message.getCountersMap()),
                message.getExamples(),
                message.getSteps(),
                message.hasEpoch() ? message.getEpoch() : null,
                places(message.getHoldOut()),
                places(message.getUnfinished()),
                places(message.getQuarantined()),
                memories,
                Instant.ofEpochMilli(message.getCreatedAtMs()));
    }

    private static Places places(List<Place> places) {
        Places.Builder message = Places.newBuilder();
        places.forEach(place -> message.addPartition(place.partition()).addOffset(place.offset()));
        return message.build();
    }

    private static List<Place> places(Places message) {
        List<Place> places = new ArrayList<>(message.getOffsetCount());
        for (int i = 0; i < message.getOffsetCount(); i++) {
            places.add(new Place(message.getPartition(i), message.getOffset(i)));
        }
        return places;
    }

    private static Memory memory(long[] numbers) {
        return Memory.newBuilder()
                .addAllNumbers(Arrays.stream(numbers).boxed().toList())
                .build();
    }

    private static long[] memory(Memory message) {
        return message.getNumbersList().stream().mapToLong(Long::longValue).toArray();
    }

    private static ByteString bytes(float[] array) {
        ByteBuffer bytes = ByteBuffer.allocate(array.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(array);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static float[] floats(ByteString bytes) {
        float[] array = new float[bytes.size() / Float.BYTES];
        bytes.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(array);
        return array;
    }
}
