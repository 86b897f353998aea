package dev.freshet.engine.cpu;

/**
 * The inner loops. Every implementation does the same floating-point operations in the same order for each element, with
 * fused multiply-add, so their results are equal to the last bit. Stateless; safe to share.
 *
 * <p>A <em>panel</em> is a strip of a matrix, a few vectors wide, whose rows lie one behind the other: a tile of a product
 * reads it from end to end, however wide the matrix is.
 */
interface Kernels {
    /** Floats in a vector: panels are as wide as a multiple of it. */
    int lanes();

    /** As logs call it. */
    String description();

    /**
     * {@code C[r][j] += Σ_k A[r][k] · B[k][j]}, k in ascending order: rows of the product from one panel of B.
     *
     * <p>A is read through two strides, so that the same loop takes a matrix or its transpose; four rows at a time share
     * each vector of B, and their sums stay in registers until the end.
     *
     * @param aOffset where {@code A[0][0]} is; {@code A[r][k]} is {@code r * aRow + k * aDepth} behind it
     * @param bOffset where {@code B[0][0]} is; {@code B[k][j]} is {@code k * bRow + j} behind it
     * @param cOffset where {@code C[0][0]} is; {@code C[r][j]} is {@code r * cRow + j} behind it
     * @param width columns, a multiple of {@link #lanes}, at most four times it
     */
    void multiplyAdd(
            float[] a,
            int aOffset,
            int aRow,
            int aDepth,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int depth,
            int width);

    /**
     * {@code y[j] += Σ_n value[n] · B[index[n]][j]} over {@code n} in {@code [from, to)}: one row of a product whose A is
     * mostly zeros. The even terms and the odd ones are summed apart, since one chain of additions would wait for itself.
     *
     * @param bRow distance of B's rows
     */
    void multiplyAddSparse(
            int[] index,
            float[] value,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] y,
            int yOffset,
            int width);

    /**
     * {@code C[r][j] += Σ_n quads[4n+r] · B[index[n]][j]} for the rows 0 to 3, n ascending in {@code [from, to)}: four rows of
     * a product whose A is mostly zeros. The rows share each row of B that is loaded, as in {@link #multiplyAdd}, and skip
     * those that all four would multiply with 0.
     *
     * @param bRow distance of B's rows
     * @param cRow distance of C's rows
     */
    void multiplyAddQuads(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow,
            int width);

    /**
     * {@code B[index[n]][j] += Σ_r quads[4n+r] · C[r][j]}, r from 0 to 3, for n ascending in {@code [from, to)}: the
     * counterpart of {@link #multiplyAddQuads} for a gradient. The four rows of C stay in registers.
     */
    void addOuterQuads(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] c,
            int cOffset,
            int cRow,
            float[] b,
            int bOffset,
            int bRow,
            int width);

    /**
     * Sets values to 0 and multiplies the others with a factor; which ones, a hash of their positions decides (the finalizer of
     * MurmurHash3, Appleby, 2011).
     *
     * @param offset of the value at position 0
     * @param length a multiple of {@link #lanes}
     * @param seed of the hash
     * @param firstKept of 2²⁴ equally likely numbers, those from here on keep their value
     */
    void drop(float[] values, int offset, int length, int seed, int firstKept, float factor);

    /** The distance between the hash's arguments of neighbouring positions: 2³² divided by the golden ratio. */
    int GOLDEN_GAMMA = 0x9e3779b9;

    /** Sets the values to 0 whose x is not positive: the way back through ReLU. */
    void keepWherePositive(float[] x, float[] values, int offset, int length);

    /** The largest magnitude of the first {@code length} values; NaN if one is among them. */
    float largest(float[] values, int length);

    /** {@code g ← g + λ₁ sign(w)}, sign(0) = 0; {@code g[0]} belongs to {@code w[offset]}. */
    void penalise(float[] w, int offset, float[] g, int length, float l1);

    /** {@code w ← w - η g}; {@code g[0]} belongs to {@code w[offset]}. */
    void sgd(float[] w, int offset, float[] g, int length, float learningRate);

    /**
     * Adam (Kingma and Ba, 2015, algorithm 1): {@code m ← β₁ m + (1-β₁) g}, {@code v ← β₂ v + (1-β₂) g²},
     * {@code w ← w - step · m / (√v · rootScale + ε)}.
     *
     * <p>Moments below 1e-30 become 0: as denormal numbers they would slow each step five-fold within seconds, and beside
     * ε they move nothing.
     *
     * @param step η / (1 - β₁ᵗ)
     * @param rootScale 1 / √(1 - β₂ᵗ)
     */
    void adam(
            float[] w,
            float[] m,
            float[] v,
            int offset,
            float[] g,
            int length,
            float beta1,
            float beta2,
            float epsilon,
            float step,
            float rootScale);

    /**
     * {@code v ← μ v + share · g}, {@code w ← w - η v}, or with Nesterov's look ahead {@code w ← w - η (g + μ v)}; moments
     * below 1e-30 become 0, as in {@link #adam}.
     */
    void momentum(
            float[] w,
            float[] velocity,
            int offset,
            float[] g,
            int length,
            float momentum,
            float share,
            boolean nesterov,
            float learningRate);

    /** Below it a moment counts as 0. */
    float SMALLEST_MOMENT = 1e-30f;

    /** The fastest that this JVM has: with the Vector API where its module was added, without it otherwise. */
    static Kernels best() {
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return vectors ? VectorKernels.create() : new ScalarKernels();
    }
}
