package dev.freshet.core.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** How a topic is read that keeps a state: one partition, what was committed, from its beginning. Stateless. */
public final class StateTopic {
    private static final Duration POLL = Duration.ofMillis(100);

    /**
     * For who reads to the end and goes: who closes a consumer waits for its last fetch, which at the end of the topic waits
     * this long for more; a state may be as large as a hundred fetches of the default size; and a client that lives for a
     * moment has no metrics to tell the broker of.
     */
    private static final Map<String, Object> BRIEFLY = Map.of(
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            10,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            16 << 20,
            ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG,
            false);

    /** Longer than a transaction of those who write states may stay open. */
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(30);

    private StateTopic() {}

    /** The topic has one, so that its records have one order. */
    public static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }

    /**
     * A consumer that stands at the topic's beginning; connects when it is polled.
     *
     * @param role see {@link KafkaSettings#forClient}
     * @throws org.apache.kafka.common.KafkaException if the client settings are wrong
     */
    public static KafkaConsumer<String, byte[]> open(KafkaSettings kafka, String topic, String role) {
        return open(kafka, List.of(topic), role);
    }

    /** The same of several topics, each at its beginning. */
    public static KafkaConsumer<String, byte[]> open(KafkaSettings kafka, List<String> topics, String role) {
        return open(kafka, topics, role, Map.of());
    }

    private static KafkaConsumer<String, byte[]> open(
            KafkaSettings kafka, List<String> topics, String role, Map<String, Object> more) {
        Map<String, Object> own = new HashMap<>(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                // A broker would create it without compaction.
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false));
        own.putAll(more);
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka.forClient(role, own), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                topics.stream().map(StateTopic::partition).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /**
     * Reads the topic from an offset on until enough was read; blocks until then.
     *
     * @param from of a record, or one that was compacted away
     * @param last where to stop at the latest, after this offset
     * @param onRecord called for each record in order, on this thread; false ends the reading
     * @throws TimeoutException if it takes longer than half a minute
     * @throws org.apache.kafka.common.KafkaException if the broker refuses, or does not answer in time
     */
    public static void readRange(
            KafkaSettings kafka,
            String topic,
            String role,
            long from,
            long last,
            Predicate<ConsumerRecord<String, byte[]>> onRecord) {
        TopicPartition partition = partition(topic);
        try (KafkaConsumer<String, byte[]> consumer = open(kafka, List.of(topic), role, BRIEFLY)) {
            consumer.seek(partition, from);
            long deadline = System.nanoTime() + OPEN_PATIENCE.toNanos();
            while (consumer.position(partition) <= last) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() > last || !onRecord.test(record)) {
                        return;
                    }
                }
                requireInTime(topic, deadline);
            }
        }
    }

    private static void requireInTime(String topic, long deadlineNanos) {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw new TimeoutException(
                    "topic " + topic + " could not be read within " + OPEN_PATIENCE.toSeconds() + " s");
        }
    }

    /**
     * Reads the topic to its end as it is now; blocks until that is done.
     *
     * @param onRecord called for each record in order, on this thread
     * @throws UnknownTopicOrPartitionException if there is no such topic
     * @throws org.apache.kafka.common.KafkaException if the broker refuses, or does not answer in time
     */
    public static void readToEnd(
            KafkaSettings kafka, String topic, String role, Consumer<ConsumerRecord<String, byte[]>> onRecord) {
        TopicPartition partition = partition(topic);
        try (KafkaConsumer<String, byte[]> consumer = open(kafka, List.of(topic), role, BRIEFLY)) {
            if (consumer.partitionsFor(topic).isEmpty()) {
                throw new UnknownTopicOrPartitionException("topic " + topic + " does not exist");
            }
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(onRecord);
            }
        }
    }

    /**
     * Reads what was committed up to the topic's end as it is now, transactions included that are open now: waits until
     * they have been decided.
     *
     * @param onRecord called for each record in order, on this thread
     * @throws UnknownTopicOrPartitionException if there is no such topic
     * @throws TimeoutException if a transaction stays open for half a minute
     * @throws org.apache.kafka.common.KafkaException if the broker refuses, or does not answer in time
     */
    static void readAllToEnd(
            KafkaSettings kafka, String topic, String role, Consumer<ConsumerRecord<String, byte[]>> onRecord) {
        TopicPartition partition = partition(topic);
        long end = writtenEnd(kafka, topic, role);
        try (KafkaConsumer<String, byte[]> consumer = open(kafka, List.of(topic), role, BRIEFLY)) {
            long deadline = System.nanoTime() + OPEN_PATIENCE.toNanos();
            while (consumer.position(partition) < end) {
                consumer.poll(POLL).forEach(onRecord);
                requireInTime(topic, deadline);
            }
        }
    }

    /** Where the topic ends for those who look at open transactions, too. */
    private static long writtenEnd(KafkaSettings kafka, String topic, String role) {
        try (KafkaConsumer<String, byte[]> consumer =
                open(kafka, List.of(topic), role, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted"))) {
            TopicPartition partition = partition(topic);
            if (consumer.partitionsFor(topic).isEmpty()) {
                throw new UnknownTopicOrPartitionException("topic " + topic + " does not exist");
            }
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        }
    }
}
