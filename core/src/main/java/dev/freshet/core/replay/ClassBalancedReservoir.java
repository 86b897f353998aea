package dev.freshet.core.replay;

import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A memory with the same share for each class, as far as the stream has that many of it, and of each class a uniform sample
 * of its examples: class-balancing reservoir sampling (Chrysakis and Moens, "Online continual learning from imbalanced
 * data", 2020, algorithm 1). A rare class keeps all of its examples until it has its share.
 *
 * <p>Once the memory is full, a class is <em>full</em> from the moment at which no class has more slots. An example of a
 * class that is not takes the slot of a random one of the largest class (of several, the one with the lowest index, which
 * the paper leaves open); an example of a full class takes the slot of one of its own with the chance {@code m / n}, m of
 * the n examples of the class being kept.
 */
public final class ClassBalancedReservoir extends SlotIndex {
    private static final int HEADER = 4;
    private static final int LONGS_PER_CLASS = 3;

    private final int classes;

    /** {@code [classes][at least as many as it has]}: the slots of each class, in an order that does not matter but lasts. */
    private final int[][] slotsByClass;

    private final int[] kept;
    private final long[] seenByClass;
    private final boolean[] full;
    private int largest;

    /**
     * @param capacity slots, at least 1
     * @param classes that labels are indices of, at least 1
     */
    public ClassBalancedReservoir(int capacity, int classes, long seed) {
        super(capacity, seed);
        if (classes < 1) {
            throw new IllegalArgumentException("there must be at least 1 class, were " + classes);
        }
        this.classes = classes;
        this.slotsByClass = new int[classes][0];
        this.kept = new int[classes];
        this.seenByClass = new long[classes];
        this.full = new boolean[classes];
    }

    @Override
    public int offer(int partition, long offset, int label) {
        long number = seen++;
        seenByClass[label]++;
        if (!slots.isFull()) {
            int slot = slots.add(partition, offset, label);
            give(slot, label);
            if (slots.isFull()) {
                findLargest();
            }
            return slot;
        }
        int slot = full[label] ? inPlaceOfItsOwn(label, number) : inPlaceOfTheLargest(label, number);
        if (slot != NONE) {
            slots.put(slot, partition, offset, label);
        }
        return slot;
    }

    private int inPlaceOfItsOwn(int label, long number) {
        long place = Chance.below(seenByClass[label], seed, number);
        return place < kept[label] ? slotsByClass[label][(int) place] : NONE;
    }

    private int inPlaceOfTheLargest(int label, long number) {
        int place = (int) Chance.below(kept[largest], seed, number);
        int slot = slotsByClass[largest][place];
        slotsByClass[largest][place] = slotsByClass[largest][--kept[largest]];
        give(slot, label);
        findLargest();
        return slot;
    }

    private void give(int slot, int label) {
        int count = kept[label]++;
        if (count == slotsByClass[label].length) {
            slotsByClass[label] = Arrays.copyOf(slotsByClass[label], Math.max(16, count + count / 2));
        }
        slotsByClass[label][count] = slot;
    }

    private void findLargest() {
        largest = 0;
        for (int label = 1; label < classes; label++) {
            largest = kept[label] > kept[largest] ? label : largest;
        }
        for (int label = 0; label < classes; label++) {
            full[label] |= kept[label] == kept[largest];
        }
    }

    @Override
    public long[] state() {
        int size = slots.size();
        LongBuffer state = LongBuffer.allocate(HEADER + LONGS_PER_CLASS * classes + (Slots.LONGS + 1) * size)
                .put(slots.capacity())
                .put(classes)
                .put(seed)
                .put(seen);
        for (int label = 0; label < classes; label++) {
            state.put(kept[label]).put(seenByClass[label]).put(full[label] ? 1 : 0);
        }
        slots.writeTo(state);
        for (int label = 0; label < classes; label++) {
            for (int i = 0; i < kept[label]; i++) {
                state.put(slotsByClass[label][i]);
            }
        }
        return state.array();
    }

    @Override
    public void restore(long[] state) {
        requireFitting(state);
        LongBuffer from = LongBuffer.wrap(state, 3, state.length - 3);
        seen = from.get();
        for (int label = 0; label < classes; label++) {
            kept[label] = (int) from.get();
            seenByClass[label] = from.get();
            full[label] = from.get() == 1;
        }
        slots.readFrom(from, (int) Math.min(seen, slots.capacity()));
        largest = 0;
        for (int label = 0; label < classes; label++) {
            slotsByClass[label] = new int[kept[label]];
            for (int i = 0; i < kept[label]; i++) {
                slotsByClass[label][i] = (int) from.get();
            }
            largest = kept[label] > kept[largest] ? label : largest;
        }
    }

    private void requireFitting(long[] state) {
        if (state.length < HEADER
                || state[0] != slots.capacity()
                || state[1] != classes
                || state[2] != seed
                || state[3] < 0
                || state.length
                        != HEADER
                                + LONGS_PER_CLASS * classes
                                + (Slots.LONGS + 1) * Math.min(state[3], slots.capacity())) {
            throw new IllegalArgumentException("not the state of a class-balanced reservoir of " + slots.capacity()
                    + " with " + classes + " classes and the seed " + seed);
        }
    }
}
