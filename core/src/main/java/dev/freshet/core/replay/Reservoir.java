package dev.freshet.core.replay;

import java.nio.LongBuffer;

/**
 * A uniform sample of all examples so far: each is in it with the chance {@code capacity / seen} (Vitter, "Random sampling
 * with a reservoir", 1985, algorithm R). A class is in it as often as it is in the stream.
 */
public final class Reservoir extends SlotIndex {
    private static final int HEADER = 3;

    /** @param capacity slots, at least 1 */
    public Reservoir(int capacity, long seed) {
        super(capacity, seed);
    }

    @Override
    public int offer(int partition, long offset, int label) {
        long number = seen++;
        if (!slots.isFull()) {
            return slots.add(partition, offset, label);
        }
        long slot = Chance.below(seen, seed, number);
        if (slot >= slots.capacity()) {
            return NONE;
        }
        slots.put((int) slot, partition, offset, label);
        return (int) slot;
    }

    @Override
    public long[] state() {
        LongBuffer state = LongBuffer.allocate(HEADER + Slots.LONGS * slots.size())
                .put(slots.capacity())
                .put(seed)
                .put(seen);
        slots.writeTo(state);
        return state.array();
    }

    @Override
    public void restore(long[] state) {
        if (state.length < HEADER
                || state[0] != slots.capacity()
                || state[1] != seed
                || state[2] < 0
                || state.length != HEADER + Slots.LONGS * Math.min(state[2], slots.capacity())) {
            throw new IllegalArgumentException(
                    "not the state of a reservoir of " + slots.capacity() + " with the seed " + seed);
        }
        seen = state[2];
        slots.readFrom(LongBuffer.wrap(state, HEADER, state.length - HEADER), (state.length - HEADER) / Slots.LONGS);
    }
}
