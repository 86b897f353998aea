package dev.freshet.launcher;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.freshet.core.evaluation.Tally;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Prediction;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends labelled images as requests without their labels, and compares the answers of the served model with the truth:
 * what a user of the Kafka path does. Belongs to one thread.
 */
final class TestRun implements AutoCloseable {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(60).toNanos();

    private final String requests;
    private final Producer<String, byte[]> producer;
    private final Consumer<String, byte[]> consumer;
    private int runs;

    private TestRun(String requests, Producer<String, byte[]> producer, Consumer<String, byte[]> consumer) {
        this.requests = requests;
        this.producer = producer;
        this.consumer = consumer;
    }

    /** What came back. */
    record Result(Tally tally, SortedSet<Long> versions) {}

    /** Told of every answer, on the thread that runs the test. */
    interface Listener {
        /** @param index of the image in its source */
        void answered(long index, Prediction prediction);
    }

    static TestRun open(KafkaSettings kafka) {
        Producer<String, byte[]> producer = new KafkaProducer<>(kafka.forClient(
                "test-requests",
                Map.of(
                        "acks", "all",
                        "compression.type", "lz4",
                        "linger.ms", "5",
                        // With more, a batch may overtake the first one of a new topic for good: KAFKA-15591.
                        "max.in.flight.requests.per.connection", "1",
                        "key.serializer", StringSerializer.class.getName(),
                        "value.serializer", ByteArraySerializer.class.getName())));
        Consumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.forClient(
                "test-predictions",
                Map.of(
                        "enable.auto.commit",
                        "false",
                        "isolation.level",
                        "read_committed",
                        "key.deserializer",
                        StringDeserializer.class.getName(),
                        "value.deserializer",
                        ByteArrayDeserializer.class.getName())));
        List<TopicPartition> partitions = consumer.partitionsFor(kafka.topics().predictions()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Seeking is lazy: without asking, the end would be looked up after the first answers are there.
        partitions.forEach(consumer::position);
        return new TestRun(kafka.topics().requests(), producer, consumer);
    }

    /**
     * Sends the first images of a source and waits for all answers.
     *
     * @param stop asked now and then; the run ends early when it says so
     * @throws IllegalStateException if an image gets no answer for a minute, or two
     */
    Result run(ImageSource images, long count, BooleanSupplier stop) {
        return run(images, count, stop, (index, prediction) -> {});
    }

    /** The same, which passes each answer on as it comes. */
    Result run(ImageSource images, long count, BooleanSupplier stop, Listener listener) {
        runs++;
        Map<String, Long> open = new HashMap<>();
        Tally tally = new Tally(images.classes().size());
        SortedSet<Long> versions = new TreeSet<>();
        long sent = 0;
        long answeredAt = System.nanoTime();
        while (tally.total() < count && !stop.getAsBoolean()) {
            // A few thousand under way at once keep the server busy without filling memory.
            for (; sent < count && sent - tally.total() < 2_000; sent++) {
                LabelledImage image = images.get(sent);
                String id = "run" + runs + "/" + image.id();
                open.put(id, sent);
                Future<?> unused = producer.send(new ProducerRecord<>(requests, id, request(id, image, images)));
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                Long index = open.remove(record.key());
                if (index == null) {
                    throw new IllegalStateException("a second answer for request " + record.key());
                }
                int label = images.get(index).label();
                Prediction prediction = parse(record);
                if (prediction.hasFailure()) {
                    throw new IllegalStateException("request " + record.key() + " was refused: "
                            + prediction.getFailure().getDetail());
                }
                listener.answered(index, prediction);
                tally.add(prediction.getClassIndex(), prediction.getProbabilities(label), label);
                versions.add(prediction.getModelVersion());
                answeredAt = System.nanoTime();
            }
            if (System.nanoTime() - answeredAt > PATIENCE_NANOS) {
                throw new IllegalStateException("no prediction for a minute, " + open.size() + " requests are open");
            }
        }
        return new Result(tally, versions);
    }

    private static byte[] request(String id, LabelledImage image, ImageSource images) {
        return ImageRecord.newBuilder()
                .setId(id)
                .setTensor(image.values().tensor(images.input()))
                .setEventTimeMs(System.currentTimeMillis())
                .build()
                .toByteArray();
    }

    private static Prediction parse(ConsumerRecord<String, byte[]> record) {
        try {
            return Prediction.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the answer for request " + record.key() + " is not a Prediction", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofMillis(500));
        consumer.close(CloseOptions.timeout(Duration.ofMillis(200)));
    }
}
