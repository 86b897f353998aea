package dev.freshet.core.replay;

/** Random numbers by their number: SplitMix64 (Steele, Lea and Flood, 2014) as a hash of a counter. Stateless. */
final class Chance {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private Chance() {}

    /**
     * Uniform in {@code [0, bound)}, but for a bias of less than {@code bound / 2⁶³}.
     *
     * @param series of numbers that have nothing to do with those of another series
     * @param number in the series
     * @param bound in {@code [1, 2⁶²)}
     */
    static long below(long bound, long series, long number) {
        long hash = mix(mix(series) + (number + 1) * GOLDEN_GAMMA);
        // The high half of a product of 63 random bits (Lemire, 2019), without a division.
        return Math.multiplyHigh(hash >>> 1, bound << 1);
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
