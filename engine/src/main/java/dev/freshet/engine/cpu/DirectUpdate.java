package dev.freshet.engine.cpu;

/**
 * Plain SGD without anything else, for which there need not be a gradient: {@code W ← W + Xᵀ (-η Δ)} is one product into the
 * weights themselves.
 */
final class DirectUpdate implements LayerUpdate {
    private final DenseLayer layer;
    private final Panels panels;
    private float minusRate;
    /** The deltas times -η. */
    private float[] steps = new float[0];

    DirectUpdate(DenseLayer layer, double learningRate) {
        this.layer = layer;
        this.panels = layer.panels();
        this.minusRate = (float) -learningRate;
    }

    @Override
    public void begin(int rows) {
        if (steps.length < rows * panels.paddedOutputs()) {
            steps = new float[rows * panels.paddedOutputs()];
        }
    }

    @Override
    public void learn(float[] x, int xRow, InputColumns columns, int rows, float[] deltas, int panel, int worker) {
        int width = panels.width(panel);
        for (int row = 0; row < rows; row++) {
            int begin = row * panels.paddedOutputs() + panels.column(panel);
            for (int i = begin; i < begin + width; i++) {
                steps[i] = minusRate * deltas[i];
            }
        }
        for (int block = 0; block < columns.blocks(); block++) {
            layer.addGradient(x, xRow, columns, block, rows, steps, layer.weights(), panels.begin(panel), panel);
        }
    }

    /** There is nothing to complete. */
    @Override
    public double complete(float share) {
        return 0;
    }

    /** The weights have moved. */
    @Override
    public void step(float factor) {}

    @Override
    public void setLearningRate(double learningRate) {
        minusRate = (float) -learningRate;
    }
}
