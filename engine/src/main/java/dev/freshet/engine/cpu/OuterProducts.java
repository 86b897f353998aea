package dev.freshet.engine.cpu;

/**
 * Makes the gradient of one layer's weights, {@code dW = Xᵀ Δ}, some rows of it at a time. Belongs to one thread.
 *
 * <p>Where a mini-batch is large and nothing is left out of it, what a tile reads is copied first, so that it lies side by side and
 * not whole rows apart: then the sums of a tile can stay in registers over many examples.
 */
final class OuterProducts {
    /** A block of a smaller mini-batch fits into the L1 cache as it is. */
    private static final int FEWEST_ROWS_TO_COPY = 64;

    /** Examples that a tile goes through at a time: their deltas, a panel of four vectors, stay in the L1 cache. */
    private static final int TILE_ROWS = 128;

    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    /** The present block, in panels of one vector each. */
    private float[] columns = new float[0];
    /** In the layer's panels, one behind the other, each {@code [rows][width]}. */
    private float[] copiedDeltas = new float[0];

    OuterProducts(Kernels kernels, DenseLayer layer) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
    }

    /**
     * Adds a part of the gradient to something that is laid out as the weights are, the last block first.
     *
     * @param deltas {@code [rows][paddedOutputs]}
     */
    void addPart(Inputs x, float[] deltas, int part, float[] sum) {
        begin(x, deltas, part);
        for (int block = layer.endBlockOfPart(x, part) - 1; block >= layer.firstBlockOfPart(x, part); block--) {
            beginBlock(x, block);
            for (int panel = layer.firstPanelOfPart(part); panel < layer.endPanelOfPart(part); panel++) {
                add(x, block, deltas, sum, panels.begin(panel), panel);
            }
        }
    }

    /**
     * To be called before the blocks of a part of the layer.
     *
     * @param deltas {@code [rows][paddedOutputs]}
     */
    void begin(Inputs x, float[] deltas, int part) {
        if (!copies(x)) {
            return;
        }
        if (copiedDeltas.length < x.rows() * panels.paddedOutputs()) {
            copiedDeltas = new float[x.rows() * panels.paddedOutputs()];
            columns = new float[x.rows() * DenseLayer.BLOCK / panels.width(0)];
        }
        for (int panel = layer.firstPanelOfPart(part); panel < layer.endPanelOfPart(part); panel++) {
            copy(deltas, panels.column(panel), panels.paddedOutputs(), x.rows(), panels.width(panel));
        }
    }

    private void copy(float[] deltas, int column, int row, int rows, int width) {
        int to = column * rows;
        for (int r = 0; r < rows; r++) {
            System.arraycopy(deltas, r * row + column, copiedDeltas, to + r * width, width);
        }
    }

    private boolean copies(Inputs x) {
        return x.areAll() && x.rows() >= FEWEST_ROWS_TO_COPY && layer.isWide();
    }

    /** To be called before the panels of a block. */
    void beginBlock(Inputs x, int block) {
        if (!copies(x)) {
            return;
        }
        int lanes = kernels.lanes();
        for (int k = x.column(block); k + lanes <= x.column(block + 1); k += lanes) {
            kernels.copyColumns(
                    x.values(), x.offset(0) + k, x.stride(), x.rows(), columns, (k - x.column(block)) * x.rows());
        }
    }

    /**
     * Adds one block of one panel's columns of the gradient to something.
     *
     * @param deltas as before
     * @param sum {@code sum[begin + k * width + j]} belongs to the panel's {@code W[k][j]}
     */
    void add(Inputs x, int block, float[] deltas, float[] sum, int begin, int panel) {
        if (!copies(x) || panels.width(panel) != panels.width(0)) {
            layer.addGradient(x, block, x.column(block), deltas, sum, begin, panel);
            return;
        }
        int lanes = kernels.lanes();
        int width = panels.width(panel);
        int from = x.column(block);
        int copied = (x.column(block + 1) - from) / lanes * lanes;
        for (int row = 0; row < x.rows(); row += TILE_ROWS) {
            int rows = Math.min(TILE_ROWS, x.rows() - row);
            for (int k = 0; k < copied; k += lanes) {
                kernels.addOuter(
                        columns,
                        k * x.rows() + row * lanes,
                        sum,
                        begin + (from + k) * width,
                        copiedDeltas,
                        panels.column(panel) * x.rows() + row * width,
                        rows);
            }
        }
        if (from + copied < x.column(block + 1)) {
            layer.addGradient(x, block, from + copied, deltas, sum, begin, panel);
        }
    }
}
