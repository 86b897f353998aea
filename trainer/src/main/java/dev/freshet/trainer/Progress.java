package dev.freshet.trainer;

import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.TakingOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a trainer has come in the topic {@code images}, and in which order it took the records of its partitions since the
 * last version. Belongs to the training thread.
 */
final class Progress {
    private static final long NOT_READ = -1;

    private final String topic;
    private final Map<Integer, Long> committedBefore;
    /** By partition, the next offset. */
    private long[] next = new long[0];

    private TakingOrder.Builder taken = TakingOrder.NONE.toBuilder();

    /**
     * @param from where the trainer goes on
     * @param taken in which order records were taken between the last version and there
     * @param committedBefore by partition, the next offset of what trainers before this one have committed as read
     */
    Progress(Offsets from, TakingOrder taken, Map<Integer, Long> committedBefore) {
        this.topic = from.topic();
        this.taken = taken.toBuilder();
        this.committedBefore = Map.copyOf(committedBefore);
        from.next().forEach(this::set);
    }

    private void set(int partition, long offset) {
        if (partition >= next.length) {
            int known = next.length;
            next = Arrays.copyOf(next, partition + 1);
            Arrays.fill(next, known, next.length, NOT_READ);
        }
        next[partition] = offset;
    }

    /** To be called for each record once it has been dealt with. */
    void passed(ConsumerRecord<byte[], byte[]> record) {
        set(record.partition(), record.offset() + 1);
        taken.add(record.partition());
    }

    /** Behind the last record that was dealt with. */
    Offsets position() {
        Map<Integer, Long> offsets = new HashMap<>();
        for (int partition = 0; partition < next.length; partition++) {
            if (next[partition] != NOT_READ) {
                offsets.put(partition, next[partition]);
            }
        }
        return Offsets.of(topic, offsets);
    }

    /** In which order records were taken since the last version. */
    TakingOrder taken() {
        return taken.build();
    }

    /** A mini-batch has ended although it was not full. */
    void miniBatchEndsHere() {
        taken.endMiniBatch();
    }

    /** A version has learned all that was taken so far. */
    void versionEndsHere() {
        taken = TakingOrder.NONE.toBuilder();
    }

    /** Never behind what is committed: who reads again from an older state has sent no dead letter twice. */
    Map<TopicPartition, OffsetAndMetadata> toCommit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        position()
                .next()
                .forEach((partition, offset) -> offsets.put(
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
}
