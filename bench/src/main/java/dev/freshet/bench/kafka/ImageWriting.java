package dev.freshet.bench.kafka;

import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.protocol.v1.ImageRecord;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Fills topics with pictures, each under an id of its own. */
public final class ImageWriting {
    private ImageWriting() {}

    /** The id of the picture at an index. */
    public static String id(long index) {
        return Long.toString(index);
    }

    /**
     * Writes so many; blocks until the broker has them.
     *
     * @param labelled whether they say what they show, as in the topic {@code images}
     */
    public static void fill(KafkaSettings kafka, String topic, Pictures pictures, long count, boolean labelled) {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.forClient(
                        "bench-images",
                        Map.of(
                                "compression.type",
                                "lz4",
                                "batch.size",
                                1 << 18,
                                "linger.ms",
                                20,
                                // With more, a batch may overtake the first one of a new topic for good: KAFKA-15591.
                                "max.in.flight.requests.per.connection",
                                1)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long i = 0; i < count && failure.get() == null; i++) {
                Future<?> unused = producer.send(record(topic, i, pictures, labelled), (metadata, exception) -> {
                    if (exception != null) {
                        failure.set(exception);
                    }
                });
            }
        }
        if (failure.get() != null) {
            throw new KafkaException("could not fill " + topic, failure.get());
        }
    }

    /** The record of the picture at an index. */
    public static ProducerRecord<byte[], byte[]> record(String topic, long index, Pictures pictures, boolean labelled) {
        LabelledImage image = pictures.get(index);
        ImageRecord.Builder value = ImageRecord.newBuilder()
                .setId(id(index))
                .setTensor(image.values().tensor(pictures.source().input()))
                .setEventTimeMs(System.currentTimeMillis());
        if (labelled) {
            value.setLabel(image.label());
        }
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topic, id(index).getBytes(StandardCharsets.UTF_8), value.build().toByteArray());
        Records.put(record.headers(), Records.CONTENT_TYPE, ContentTypes.PROTOBUF);
        return record;
    }
}
