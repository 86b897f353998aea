package dev.freshet.trainer;

import dev.freshet.core.data.Decoded;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of the topic {@code images}, decoded.
 *
 * @param heldOut whether it is a hold-out example; false for what is malformed
 */
record Taken(ConsumerRecord<byte[], byte[]> record, Decoded decoded, boolean heldOut) {
    /** Where it stands. */
    Place place() {
        return Place.of(record);
    }
}
