package dev.freshet.core.replay;

/** What every memory of fixed size has in common: its slots, and how one is drawn. */
abstract sealed class SlotIndex implements ReplayIndex permits Reservoir, ClassBalancedReservoir {
    final Slots slots;
    final long seed;
    long seen;

    SlotIndex(int capacity, long seed) {
        this.slots = new Slots(capacity);
        this.seed = seed;
    }

    @Override
    public final int pick(long draw) {
        return slots.pick(seed, draw);
    }

    @Override
    public final int size() {
        return slots.size();
    }

    @Override
    public final int capacity() {
        return slots.capacity();
    }

    @Override
    public final long seen() {
        return seen;
    }

    @Override
    public final int partition(int slot) {
        return slots.partition(slot);
    }

    @Override
    public final long offset(int slot) {
        return slots.offset(slot);
    }

    @Override
    public final int label(int slot) {
        return slots.label(slot);
    }
}
