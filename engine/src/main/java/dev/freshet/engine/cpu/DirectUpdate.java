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
    public void begin(int rows, float[] deltas) {
        int length = rows * panels.paddedOutputs();
        if (steps.length < length) {
            steps = new float[length];
        }
        for (int i = 0; i < length; i++) {
            steps[i] = minusRate * deltas[i];
        }
    }

    @Override
    public void learn(Inputs x, float[] deltas, int part, int worker) {
        layer.addGradient(x, steps, part, layer.weights());
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

    /** The learning rate is all there is. */
    @Override
    public void show(State state, String name) {}
}
