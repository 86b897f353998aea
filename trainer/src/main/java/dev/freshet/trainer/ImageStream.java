package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.Offsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code images}, all its partitions, from a position of the trainer's choosing.
 *
 * <p>Partitions are assigned, not subscribed to: there is one trainer a model, so there is nobody to share with, and no
 * group membership that a long evaluation could lose.
 */
final class ImageStream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageStream.class);
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);
    private static final Duration READ_AGAIN_PATIENCE = Duration.ofMinutes(1);
    private static final Duration NEW_PARTITIONS_INTERVAL = Duration.ofSeconds(30);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Clock clock;
    private final Map<Integer, Long> next = new HashMap<>();
    private final Map<Integer, Long> committedBefore = new HashMap<>();
    private Instant partitionsKnownAt = Instant.MIN;

    private ImageStream(String topic, Consumer<byte[], byte[]> consumer, Clock clock) {
        this.topic = topic;
        this.consumer = consumer;
        this.clock = clock;
    }

    /** Connects, and stands where {@code resumeAt} says; at the beginning of partitions it does not name. */
    static ImageStream open(KafkaSettings kafka, String group, Offsets resumeAt, Clock clock) {
        var properties = kafka.forClient(
                "trainer-images",
                Map.of(
                        "group.id",
                        group,
                        "enable.auto.commit",
                        "false",
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest",
                        "key.deserializer",
                        ByteArrayDeserializer.class.getName(),
                        "value.deserializer",
                        ByteArrayDeserializer.class.getName()));
        String topic = kafka.topics().images();
        ImageStream stream = new ImageStream(topic, new KafkaConsumer<>(properties), clock);
        try {
            stream.next.putAll(resumeAt.next());
            stream.assignNewPartitions();
            stream.readCommitted();
        } catch (KafkaException e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    Consumer<byte[], byte[]> consumer() {
        return consumer;
    }

    /** The next records, if any come within a moment. */
    Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        if (Duration.between(partitionsKnownAt, clock.instant()).compareTo(NEW_PARTITIONS_INTERVAL) > 0) {
            assignNewPartitions();
        }
        return consumer.poll(LONGEST_POLL);
    }

    /** To be called for each record once it has been dealt with. */
    void passed(ConsumerRecord<byte[], byte[]> record) {
        next.put(record.partition(), record.offset() + 1);
    }

    /** Behind the last record that was dealt with. */
    Offsets position() {
        return Offsets.of(topic, next);
    }

    ConsumerGroupMetadata group() {
        return consumer.groupMetadata();
    }

    /** Never behind what is committed: who reads again from an older version has sent no dead letter twice. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach((partition, offset) -> offsets.put(
                new TopicPartition(topic, partition),
                new OffsetAndMetadata(Math.max(offset, committedBefore.getOrDefault(partition, 0L)))));
        return offsets;
    }

    /**
     * Whether a trainer before this one has committed the record as read: if it is malformed, it is in the dead-letter
     * topic already.
     */
    boolean wasPassedBefore(ConsumerRecord<byte[], byte[]> record) {
        return record.offset() < committedBefore.getOrDefault(record.partition(), 0L);
    }

    /**
     * One record again, which is there still; later polls go on where they would have. Blocks until it comes.
     *
     * @throws KafkaException if it does not come within a minute
     */
    ConsumerRecord<byte[], byte[]> read(int partition, long offset) {
        TopicPartition wanted = new TopicPartition(topic, partition);
        Set<TopicPartition> others = new LinkedHashSet<>(consumer.assignment());
        others.remove(wanted);
        long position = consumer.position(wanted);
        consumer.pause(others);
        consumer.seek(wanted, offset);
        try {
            long deadline = System.nanoTime() + READ_AGAIN_PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LONGEST_POLL)) {
                    if (record.offset() == offset) {
                        return record;
                    }
                }
            }
            throw new KafkaException("record " + offset + " of " + wanted + " cannot be read again");
        } finally {
            consumer.seek(wanted, position);
            consumer.resume(others);
        }
    }

    private void readCommitted() {
        consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
            if (offset != null) {
                committedBefore.put(partition.partition(), offset.offset());
            }
        });
    }

    /** Where each partition ends now. */
    Map<TopicPartition, Long> end() {
        assignNewPartitions();
        return consumer.endOffsets(consumer.assignment());
    }

    /** Whether every record before the given ends was returned by {@link #poll}. */
    boolean hasReached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    long lag() {
        return Records.lag(consumer);
    }

    private void assignNewPartitions() {
        Collection<TopicPartition> all = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (all.isEmpty()) {
            throw new UnknownTopicOrPartitionException("topic " + topic + " does not exist");
        }
        partitionsKnownAt = clock.instant();
        List<TopicPartition> added = new ArrayList<>(all);
        added.removeAll(consumer.assignment());
        if (added.isEmpty()) {
            return;
        }
        Set<TopicPartition> assignment = new LinkedHashSet<>(consumer.assignment());
        assignment.addAll(added);
        consumer.assign(assignment);
        for (TopicPartition partition : added) {
            Long offset = next.get(partition.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
        for (TopicPartition partition : added) {
            log.atInfo()
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", next.getOrDefault(partition.partition(), 0L))
                    .log("reading images");
        }
    }

    @Override
    public void close() {
        // There is no group to leave, and nothing that a broker who is slow or away needs to be told.
        consumer.close(CloseOptions.timeout(Duration.ofMillis(200)));
    }
}
