package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of the topic {@code images} once more, by where they stand. Blocks until all that are still there have come.
 * Belongs to one thread.
 */
final class Rereading implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rereading.class);

    /** Reading over so many records that are not wanted takes about as long as asking for another place. */
    private static final long WORTH_A_SEEK = 2_000;

    private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;

    private Rereading(String topic, Consumer<byte[], byte[]> consumer) {
        this.topic = topic;
        this.consumer = consumer;
    }

    /** Connects. */
    static Rereading open(KafkaSettings kafka) {
        return new Rereading(
                kafka.topics().images(),
                ImageStream.consumer(
                        kafka,
                        "trainer-images-again",
                        Map.of("fetch.max.wait.ms", "10", "enable.metrics.push", "false")));
    }

    /**
     * Those of the records that retention has left in the topic.
     *
     * @throws KafkaException if none comes within a minute
     */
    Map<Place, ConsumerRecord<byte[], byte[]>> read(Collection<Place> places) {
        Map<Integer, NavigableSet<Long>> byPartition = new HashMap<>();
        places.forEach(place -> byPartition
                .computeIfAbsent(place.partition(), partition -> new TreeSet<>())
                .add(place.offset()));
        Map<Place, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
        byPartition.forEach((partition, offsets) -> read(new TopicPartition(topic, partition), offsets, found));
        int wanted = byPartition.values().stream().mapToInt(NavigableSet::size).sum();
        if (found.size() < wanted) {
            log.atWarn()
                    .addKeyValue("missing", wanted - found.size())
                    .addKeyValue("wanted", wanted)
                    .log("records that are to be read again are no longer in the topic");
        }
        return found;
    }

    private void read(
            TopicPartition partition, NavigableSet<Long> offsets, Map<Place, ConsumerRecord<byte[], byte[]>> found) {
        consumer.assign(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        Long next = offsets.ceiling(begin);
        if (next != null) {
            consumer.seek(partition, next);
        }
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (next != null && next < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(ImageStream.LONGEST_POLL)) {
                deadline = System.nanoTime() + PATIENCE_NANOS;
                if (offsets.contains(record.offset())) {
                    found.put(new Place(record.partition(), record.offset()), record);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException("record " + next + " of " + partition + " cannot be read again");
            }
            long position = consumer.position(partition);
            next = offsets.ceiling(position);
            if (next != null && next - position > WORTH_A_SEEK) {
                consumer.seek(partition, next);
            }
        }
    }

    @Override
    public void close() {
        ImageStream.close(consumer);
    }
}
