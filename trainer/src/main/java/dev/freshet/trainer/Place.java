package dev.freshet.trainer;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a record of the topic {@code images} stands. */
record Place(int partition, long offset) implements Comparable<Place> {
    static Place of(ConsumerRecord<?, ?> record) {
        return new Place(record.partition(), record.offset());
    }

    @Override
    public int compareTo(Place other) {
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }
}
