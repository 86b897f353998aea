package dev.freshet.trainer;

/** Numbers that one part of a trainer has to remember over a restart; what they mean is that part's own. Immutable. */
final class Memory {
    private final long[] integers;
    private final double[] reals;

    /** The arrays are handed over, not copied. */
    Memory(long[] integers, double[] reals) {
        this.integers = integers;
        this.reals = reals;
    }

    /** Shared, never to be written to. */
    long[] integers() {
        return integers;
    }

    /** Shared, never to be written to. */
    double[] reals() {
        return reals;
    }
}
