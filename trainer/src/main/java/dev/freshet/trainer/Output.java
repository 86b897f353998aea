package dev.freshet.trainer;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Where what a trainer writes goes to. Belongs to the training thread. */
interface Output {
    /** For who only wants to see what the weights become. */
    Output NOWHERE = new Output() {
        @Override
        public void add(ProducerRecord<byte[], byte[]> record) {}

        @Override
        public void commit(Parts late, Map<TopicPartition, OffsetAndMetadata> offsets, Runnable onCommitted) {
            onCommitted.run();
        }

        @Override
        public boolean isIdle() {
            return true;
        }

        @Override
        public void await() {}
    };

    /** Records that are made when they are sent, since making them takes time. */
    interface Parts {
        Parts NONE = List::of;

        List<ProducerRecord<byte[], byte[]>> encode();
    }

    /** To be sent with the next {@link #commit}. */
    void add(ProducerRecord<byte[], byte[]> record);

    /**
     * Has all that was added sent, with the offsets, in one transaction; nothing to do costs nothing. Waits for the
     * transaction before this one, and not for this one.
     *
     * @param late sent with what was added, behind it; what it uses must not change any more
     * @param offsets of the records that were dealt with
     * @param onCommitted called on another thread once readers see the whole
     * @throws Outbox.FencedException if the one before failed since another trainer of this model has started
     * @throws KafkaException if the one before failed since the broker goes on refusing; nothing of it is visible to readers
     */
    void commit(Parts late, Map<TopicPartition, OffsetAndMetadata> offsets, Runnable onCommitted)
            throws InterruptedException;

    /** Whether nothing that was handed over is still on its way. */
    boolean isIdle();

    /**
     * Waits until all that was handed over is committed.
     *
     * @throws KafkaException as {@link #commit}
     */
    void await() throws InterruptedException;
}
