package dev.freshet.bench.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a topic has come, for readers of committed records: the broker is asked, no record is read. Belongs to one thread.
 */
public final class TopicEnd {
    private final Admin admin;
    private final String topic;
    private final Map<TopicPartition, OffsetSpec> asked = new HashMap<>();

    TopicEnd(Admin admin, String topic) {
        this.admin = admin;
        this.topic = topic;
    }

    /** The offset behind the last committed record of each partition. */
    public Map<TopicPartition, Long> offsets() throws InterruptedException {
        if (asked.isEmpty()) {
            describe();
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        get(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** Once: looking at the end often must cost those who are measured as little as can be. */
    private void describe() throws InterruptedException {
        get(admin.describeTopics(List.of(topic)).allTopicNames()).values().forEach(description -> description
                .partitions()
                .forEach(
                        partition -> asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
    }

    /** The sum of {@link #offsets}; the end of a transaction counts as a record in each partition that it wrote to. */
    public long sum() throws InterruptedException {
        return offsets().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Deletes what is in the topic now. */
    public void clear() throws InterruptedException {
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        offsets().forEach((partition, end) -> before.put(partition, RecordsToDelete.beforeOffset(end)));
        get(admin.deleteRecords(before).all());
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException("the broker did not say how far a topic has come", e.getCause());
        }
    }
}
