package dev.freshet.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import dev.freshet.testkit.Blobs;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.LabelledPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one test, and a record of what was written to {@code images}: which offset of which partition holds
 * what, and so where a trainer must stand after any number of examples.
 */
final class ImagesTopic implements AutoCloseable {
    static final HoldOut HOLD_OUT = new HoldOut(0.2);
    static final int CLASSES = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final KafkaBroker broker;
    private final Topics topics;
    private final KafkaProducer<@Nullable String, byte @Nullable []> producer;
    private final List<Entry> written = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();

    /** What becomes of a record whose mini-batch is finite. */
    enum Fate {
        TRAINED,
        HELD_OUT,
        MALFORMED
    }

    record Entry(int partition, long offset, Fate fate) {}

    ImagesTopic(KafkaBroker broker, int partitions) throws InterruptedException {
        this.broker = broker;
        this.topics = new Topics(broker.uniqueTopicPrefix(), partitions, (short) 1);
        Map<String, Object> servers = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(servers)) {
            TopicCreation.createMissing(admin, topics);
        }
        this.producer = new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer());
    }

    Topics topics() {
        return topics;
    }

    KafkaSettings kafka() {
        // A consumer that closes waits for its last fetch, which waits this long for records.
        return kafka("fetch.max.wait.ms", "20");
    }

    /** With one setting of the clients. */
    KafkaSettings kafka(String key, String value) {
        return new KafkaSettings(Map.of("bootstrap.servers", broker.bootstrapServers(), key, value), topics);
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Points of {@code blobs}, to the partitions in turn. */
    void write(Blobs blobs, int count) {
        for (int i = 0; i < count; i++) {
            write(blobs.next());
        }
        producer.flush();
    }

    private void write(LabelledPoint point) {
        write(point.features(), point.label());
    }

    /** One example; whether it is held out follows from its id. */
    void write(float[] features, int label) {
        String id = "train/" + written.size();
        send(
                record(id, features, label),
                HOLD_OUT.isHeldOut(id) ? Fate.HELD_OUT : Fate.TRAINED,
                new RecordHeaders(),
                null);
    }

    /** One example that is trained on, whatever its place. */
    void writeTrained(float[] features, int label) {
        String id = "t" + written.size();
        while (HOLD_OUT.isHeldOut(id)) {
            id += "'";
        }
        send(record(id, features, label), Fate.TRAINED, new RecordHeaders(), null);
    }

    /** One example that is held out, whatever its place. */
    void writeHeldOut(float[] features, int label) {
        String id = "h" + written.size();
        while (!HOLD_OUT.isHeldOut(id)) {
            id += "'";
        }
        send(record(id, features, label), Fate.HELD_OUT, new RecordHeaders(), null);
    }

    /** A record that no trainer can use. */
    void writeMalformed(byte @Nullable [] value, String contentType, @Nullable String label) {
        Headers headers = new RecordHeaders();
        Records.put(headers, Records.CONTENT_TYPE, contentType);
        if (label != null) {
            Records.put(headers, Records.LABEL, label);
        }
        send(value, Fate.MALFORMED, headers, "key" + written.size());
    }

    private void send(byte @Nullable [] value, Fate fate, Headers headers, @Nullable String key) {
        int partition = written.size() % topics.partitions();
        var unused = producer.send(new ProducerRecord<>(topics.images(), partition, key, value, headers));
        written.add(new Entry(partition, next.merge(partition, 1L, Long::sum) - 1, fate));
    }

    void flush() {
        producer.flush();
    }

    static byte[] record(String id, float[] features, int label) {
        ByteBuffer data = ByteBuffer.allocate(4 * features.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(features);
        return ImageRecord.newBuilder()
                .setId(id)
                .setLabel(label)
                .setTensor(Tensor.newBuilder()
                        .setDtype(DType.FLOAT32)
                        .addShape(features.length)
                        .setData(ByteString.copyFrom(data.array())))
                .build()
                .toByteArray();
    }

    int size() {
        return written.size();
    }

    long count(Fate fate) {
        return written.stream().filter(entry -> entry.fate() == fate).count();
    }

    /** Offsets of one kind, of a topic with one partition. */
    List<Long> offsets(Fate fate) {
        return written.stream()
                .filter(entry -> entry.fate() == fate)
                .map(Entry::offset)
                .toList();
    }

    /** How many examples are trained by whoever has read up to there from the beginning. */
    long trainedBefore(Manifest manifest) {
        return written.stream()
                .filter(entry -> entry.fate() == Fate.TRAINED)
                .filter(entry -> entry.offset() < manifest.learnedTo().next(entry.partition()))
                .count();
    }

    /** Manifests in the order of the topic. */
    List<Manifest> manifests() {
        return broker.consumeAll(topics.models(), TIMEOUT).stream()
                .filter(record -> record.key().endsWith("/manifest") && record.value() != null)
                .map(record -> SnapshotCodec.fromJson(record.value(), Manifest.class))
                .toList();
    }

    List<ConsumerRecord<String, byte[]>> models() {
        return broker.consumeAll(topics.models(), TIMEOUT);
    }

    void writeModelPart(String key, byte[] value) {
        var unused = producer.send(new ProducerRecord<>(topics.models(), 0, key, value));
        producer.flush();
    }

    /** What a trainer goes on from; null for nothing yet. */
    @Nullable
    Checkpoint findCheckpoint() {
        return Checkpoints.readAll(kafka(), "m").newest().orElse(null);
    }

    Checkpoint newestCheckpoint() {
        return Objects.requireNonNull(findCheckpoint(), "no checkpoint");
    }

    List<Decision> decisions() {
        return broker.consumeAll(topics.decisions(), TIMEOUT).stream()
                .map(record -> SnapshotCodec.fromJson(record.value(), Decision.class))
                .toList();
    }

    List<ConsumerRecord<String, byte[]>> deadLetters() {
        return broker.consumeAll(topics.imagesDeadLetters(), TIMEOUT);
    }

    /** Where the dead letters stood, in the order of their topic. */
    List<Long> deadLetterOffsets() {
        return deadLetters().stream()
                .map(letter -> Long.valueOf(header(letter, Records.SOURCE_OFFSET)))
                .toList();
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name), name).value(), UTF_8);
    }

    @Override
    public void close() {
        producer.close();
    }
}
