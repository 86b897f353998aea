package dev.freshet.engine.cpu;

/**
 * Sets a share of a layer's outputs to 0 in a training step and lets the others grow by as much (Srivastava et al., 2014).
 *
 * <p>Which ones follows from seed, step, layer and position alone, by a hash: there is no generator whose state a resumed
 * training would have to know. Belongs to the training thread.
 */
final class Dropout {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final Kernels kernels;
    private final long seed;
    private final int layer;
    private final float factor;
    /** Of 2²⁴ equally likely numbers, those from here on keep their output. */
    private final int firstKept;

    Dropout(Kernels kernels, long seed, int layer, double share) {
        this.kernels = kernels;
        this.seed = seed;
        this.layer = layer;
        this.factor = (float) (1 / (1 - share));
        this.firstKept = (int) Math.round(share * (1 << 24));
    }

    /** What is kept is multiplied with it. */
    float factor() {
        return factor;
    }

    /**
     * Drops what it drops in this step, in some columns: of the outputs on the way up, and of their slopes on the way down.
     *
     * @param values {@code [rows][row]}
     * @param from the first column
     * @param width of the columns, a multiple of the kernels' lanes
     */
    void apply(long step, float[] values, int rows, int row, int from, int width) {
        for (int i = 0; i < rows; i++) {
            int hash = (int) (mix(seed + (step * 64 + layer) * GOLDEN_GAMMA + i) >>> 32);
            kernels.drop(values, i * row + from, width, hash + from * Kernels.GOLDEN_GAMMA, firstKept, factor);
        }
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
