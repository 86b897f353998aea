package dev.freshet.core.replay;

import dev.freshet.core.training.Resumable;

/**
 * Decides which examples of a stream stay in a memory of fixed size, and draws from them. Whoever uses it keeps the
 * examples themselves, by slot.
 *
 * <p>All chance is a hash of the seed and a count, so the same stream gives the same memory on any machine, and nothing
 * of a random generator has to be saved. Belongs to one thread.
 */
public sealed interface ReplayIndex extends Resumable permits SlotIndex {
    /** No slot: an example that is not kept. */
    int NONE = -1;

    /**
     * Takes in the stream's next example, in constant time.
     *
     * @param partition where it lies, at least 0
     * @param offset of its record there, at least 0
     * @param label class index
     * @return the slot that it is to be put in, over whatever is there; {@link #NONE} if it is not kept
     */
    int offer(int partition, long offset, int label);

    /**
     * A slot that is in use, each as likely as any other.
     *
     * @param draw number of the draw: the same one gives the same slot for as long as the memory has the same size
     * @throws IllegalStateException if there is none yet
     */
    int pick(long draw);

    /** Slots in use, which are those from 0. */
    int size();

    /** Slots that there are. */
    int capacity();

    /** Examples that were offered. */
    long seen();

    /**
     * Of the example in a slot.
     *
     * @param slot in {@code [0, size)}
     */
    int partition(int slot);

    /** Of the example in a slot, as {@link #partition}. */
    long offset(int slot);

    /** Of the example in a slot, as {@link #partition}. */
    int label(int slot);
}
