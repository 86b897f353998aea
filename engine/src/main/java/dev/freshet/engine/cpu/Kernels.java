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

    /** Below it a moment counts as 0. */
    float SMALLEST_MOMENT = 1e-30f;

    /** The fastest that this JVM has: with the Vector API where its module was added, without it otherwise. */
    static Kernels best() {
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return vectors ? VectorKernels.create() : new ScalarKernels();
    }
}
