package dev.freshet.core.replay;

import java.nio.LongBuffer;
import java.util.Objects;

/** What is in each slot of a memory. Belongs to one thread. */
final class Slots {
    /** Longs that a slot takes in a state. */
    static final int LONGS = 2;

    private final int[] partitions;
    private final long[] offsets;
    private final int[] labels;
    private int size;

    /** @param capacity at least 1 */
    Slots(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity must be at least 1, was " + capacity);
        }
        this.partitions = new int[capacity];
        this.offsets = new long[capacity];
        this.labels = new int[capacity];
    }

    boolean isFull() {
        return size == labels.length;
    }

    /** The slot that is taken for an example while there are free ones. */
    int add(int partition, long offset, int label) {
        put(size, partition, offset, label);
        return size++;
    }

    void put(int slot, int partition, long offset, int label) {
        partitions[slot] = partition;
        offsets[slot] = offset;
        labels[slot] = label;
    }

    int size() {
        return size;
    }

    int capacity() {
        return labels.length;
    }

    int partition(int slot) {
        return partitions[Objects.checkIndex(slot, size)];
    }

    long offset(int slot) {
        return offsets[Objects.checkIndex(slot, size)];
    }

    int label(int slot) {
        return labels[Objects.checkIndex(slot, size)];
    }

    /** A slot in use, for the draw of that number. */
    int pick(long seed, long draw) {
        if (size == 0) {
            throw new IllegalStateException("there is nothing to draw from");
        }
        // Not the series that decides what is kept.
        return (int) Chance.below(size, ~seed, draw);
    }

    void writeTo(LongBuffer state) {
        for (int slot = 0; slot < size; slot++) {
            state.put((long) partitions[slot] << 32 | labels[slot]).put(offsets[slot]);
        }
    }

    void readFrom(LongBuffer state, int count) {
        size = 0;
        for (int slot = 0; slot < count; slot++) {
            long place = state.get();
            add((int) (place >>> 32), state.get(), (int) place);
        }
    }
}
