package dev.freshet.bench.scoring;

import dev.freshet.core.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the answers as a reader of committed records sees them come. Belongs to one thread. */
final class AnswerWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(5);

    private final Consumer<byte[], byte[]> consumer;
    private long seen;

    /** From the beginning of {@code predictions} on. */
    AnswerWatch(KafkaSettings kafka) {
        this.consumer = new KafkaConsumer<>(
                kafka.forClient("bench-watch", Map.of("isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(kafka.topics().predictions()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Looks, for some milliseconds at most. */
    long seen() {
        seen += consumer.poll(POLL).count();
        return seen;
    }

    /**
     * Waits for so many.
     *
     * @return when they were seen, of {@link System#nanoTime}
     * @throws IllegalStateException if they do not come in time
     */
    long await(long answers, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (seen() < answers) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("of " + answers + " answers, " + seen + " came in time");
            }
        }
        return System.nanoTime();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
