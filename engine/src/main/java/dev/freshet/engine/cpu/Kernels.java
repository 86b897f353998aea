package dev.freshet.engine.cpu;

/**
 * The inner loops. Every implementation does the same floating-point operations in the same order for each element, with
 * fused multiply-add, so their results are equal to the last bit. Stateless; safe to share.
 *
 * <p>A <em>panel</em> is a strip of a matrix, one, two or four vectors wide, whose rows lie one behind the other: a tile of
 * a product reads it from end to end, however wide the matrix is, and the distance of its rows is a constant, so that the
 * JIT compiler checks the bounds of an array once and not for each row.
 *
 * <p>A <em>quad</em> is four rows of a matrix, column by column: a tile finds its four factors side by side, and the JIT compiler
 * has one index to check and not four.
 */
interface Kernels {
    /** Floats in a vector: panels are as wide as a multiple of it. */
    int lanes();

    /** As logs call it. */
    String description();

    /**
     * {@code C[r][j] += Σ_k A[r][k] · B[k][j]}, k in ascending order: rows of the product from one panel of B.
     *
     * <p>Four or eight rows at a time share each vector of B, and their sums stay in registers until the end.
     *
     * @param aOffset where {@code A[0][0]} is; {@code A[r][k]} is {@code r * aRow + k} behind it
     * @param bOffset where {@code B[0][0]} is; {@code B[k][j]} is {@code k * width + j} behind it
     * @param cOffset where {@code C[0][0]} is; {@code C[r][j]} is {@code r * cRow + j} behind it
     * @param width of the panel: one, two or four times {@link #lanes}
     */
    void multiplyAdd(
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int depth,
            int width);

    /** Rows of a quad. */
    int QUAD = 4;

    /**
     * {@link #multiplyAdd} for quads of rows.
     *
     * @param aOffset where the first quad begins; {@code A[4 * q + r][k]} is {@code q * aQuad + 4 * k + r} behind it
     */
    void multiplyAddQuads(
            float[] a,
            int aOffset,
            int aQuad,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int quads,
            int depth,
            int width);

    /**
     * {@link #multiplyAdd} for a quad of rows of which only some columns are not 0: k takes the values of {@code index[n]} for n in
     * {@code [from, to)}. The rows share each row of B that is loaded, and skip those that all would multiply with 0.
     *
     * @param a has the listed columns only: {@code A[r][index[n]]} is at {@code aOffset + 4 * n + r}
     */
    void multiplyAddQuadAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int width);

    /** {@link #multiplyAddQuadAt} for rows that lie as those of {@link #multiplyAdd} do: fewer than a quad, so that they share nothing. */
    void multiplyAddAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int width);

    /**
     * {@code B[k][j] += Σ_r A[r][k] · C[r][j]}, r ascending, where k takes the values of {@code index[n]} for n in
     * {@code [from, to)}: the counterpart of {@link #multiplyAddQuadAt} for a gradient. Some rows of C at a time stay in
     * registers.
     *
     * @param a as before, with {@code aQuad} between a quad and the next
     */
    void addOuterQuads(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aQuad,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int quads,
            int width);

    /** {@link #addOuterQuads} for rows that lie as those of {@link #multiplyAdd} do. */
    void addOuterAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int width);

    /**
     * {@code quad[to + 4 * k + r] = a[offset + r * row + k]}: some columns of four rows as a quad.
     *
     * @return the largest magnitude among them; NaN if one was
     */
    float interleave(float[] a, int offset, int row, int columns, float[] quad, int to);

    /** {@code quad[to + 4 * n + r] = a[offset + r * row + index[n]]} for n in {@code [from, end)}: some columns of four rows as a quad. */
    void interleaveAt(int[] index, int from, int end, float[] a, int offset, int row, float[] quad, int to);

    /**
     * The largest magnitude in each column of some rows, as bits: those of larger magnitudes are larger integers, infinity's and
     * then NaN's the largest, and only those of 0 are 0.
     *
     * @param x {@code x[r][k]} is {@code offset + r * row + k}
     * @param rows at least 1
     * @param bits written to from {@code to} on, one a column
     */
    void magnitudes(float[] x, int offset, int row, int rows, int columns, int[] bits, int to);

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

    /** {@code y ← max(0, x)}, in some columns of some rows; all here begin at {@code offset}, and rows are {@code row} apart. */
    void rectify(float[] x, float[] y, int offset, int row, int rows, int width);

    /** Multiplies values with a factor, and sets to 0 those whose y is not positive: the way back through {@link #rectify}. */
    void keepWherePositive(float[] y, float[] values, int offset, int row, int rows, int width, float factor);

    /** {@code y ← y + x}, in some columns of some rows; both begin at {@code offset}, and rows are {@code row} apart. */
    void add(float[] x, float[] y, int offset, int row, int rows, int width);

    /** {@code sum[to + j] += Σ_r values[offset + r * row + j]}, r ascending, for {@code width} columns. */
    void addRows(float[] values, int offset, int row, int rows, int width, float[] sum, int to);

    /**
     * The largest magnitude in some columns of some rows; NaN if one is among them.
     *
     * @param offset of the first value; the rows are {@code row} apart
     */
    float largest(float[] values, int offset, int row, int rows, int width);

    /**
     * {@code y[r][j] ← e to the (x[r][j] - largest[r])}, as {@link Elementwise#exp} computes it.
     *
     * @param row distance of the rows, all of which is written to; a multiple of {@link #lanes}
     * @param largest of each row, so that no power is above 1
     */
    void powers(float[] x, float[] y, int row, int rows, float[] largest);

    /**
     * {@code y[r][j] ← factor · y[r][j] / sums[r]}, or 0 where the quotient is below a bound.
     *
     * @param y at least 0
     * @param row distance of the rows, all of which is written to; a multiple of {@link #lanes}
     */
    void divideRows(float[] y, int row, int rows, float[] sums, float smallest, float factor);

    /** {@code g ← g + λ₁ sign(w)}, sign(0) = 0; {@code g[from]} belongs to {@code w[offset]}. */
    void penalise(float[] w, int offset, float[] g, int from, int length, float l1);

    /** {@code w ← w - η g}; {@code g[from]} belongs to {@code w[offset]}. */
    void sgd(float[] w, int offset, float[] g, int from, int length, float learningRate);

    /**
     * Adam (Kingma and Ba, 2015, algorithm 1): {@code m ← β₁ m + (1-β₁) g}, {@code v ← β₂ v + (1-β₂) g²},
     * {@code w ← w - step · m / (√v · rootScale + ε)}.
     *
     * <p>As denormal numbers, moments would slow each step five-fold within seconds. So a first moment below 1e-30 becomes 0, and
     * the second takes a g smaller than 1e-17 for one of 1e-17: beside ε neither moves anything.
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
            int from,
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
            int from,
            int length,
            float momentum,
            float share,
            boolean nesterov,
            float learningRate);

    /** Below it a moment counts as 0. */
    float SMALLEST_MOMENT = 1e-30f;

    /** The smallest gradient whose square is a normal number even when little of it is taken. */
    float SMALLEST_SQUARED = 1e-17f;

    /** The fastest that this JVM has: with the Vector API where its module was added, without it otherwise. */
    static Kernels best() {
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return vectors ? VectorKernels.create() : new ScalarKernels();
    }
}
