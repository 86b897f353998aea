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
    static final Duration LONGEST_POLL = Duration.ofMillis(100);
    private static final Duration NEW_PARTITIONS_INTERVAL = Duration.ofSeconds(30);

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Clock clock;
    private final Offsets resumeAt;
    private Instant partitionsKnownAt = Instant.MIN;

    private ImageStream(String topic, Offsets resumeAt, Consumer<byte[], byte[]> consumer, Clock clock) {
        this.topic = topic;
        this.resumeAt = resumeAt;
        this.consumer = consumer;
        this.clock = clock;
    }

    /** Connects, and stands where {@code resumeAt} says; at the beginning of partitions it does not name. */
    static ImageStream open(KafkaSettings kafka, String group, Offsets resumeAt, Clock clock) {
        ImageStream stream = new ImageStream(
                kafka.topics().images(), resumeAt, consumer(kafka, "trainer-images", Map.of("group.id", group)), clock);
        try {
            stream.assignNewPartitions();
        } catch (KafkaException e) {
            stream.close();
            throw e;
        }
        return stream;
    }

    /** A consumer of committed records, not connected yet. */
    static Consumer<byte[], byte[]> consumer(KafkaSettings kafka, String role, Map<String, String> more) {
        Map<String, String> own = new HashMap<>(Map.of(
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
        own.putAll(more);
        return new KafkaConsumer<>(kafka.forClient(role, own));
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

    /** It has no members, since partitions are assigned and not subscribed to. */
    ConsumerGroupMetadata group() {
        return consumer.groupMetadata();
    }

    /** By partition, the next offset of what was committed as read when this is called, by whichever trainer. */
    Map<Integer, Long> committed() {
        Map<Integer, Long> committed = new HashMap<>();
        consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition.partition(), offset.offset());
            }
        });
        return committed;
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
            Long offset = resumeAt.next().get(partition.partition());
            if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, offset);
            }
        }
        for (TopicPartition partition : added) {
            log.atInfo()
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", resumeAt.next(partition.partition()))
                    .log("reading images");
        }
    }

    @Override
    public void close() {
        close(consumer);
    }

    /** There is no group to leave, and nothing that a broker who is slow or away needs to be told. */
    static void close(Consumer<byte[], byte[]> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ofMillis(200)));
    }
}
