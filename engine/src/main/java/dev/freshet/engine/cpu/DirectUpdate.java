package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * Plain SGD without anything else, for which there need not be a gradient: {@code W ← W + Xᵀ (-η Δ)} is one product into the
 * weights themselves.
 */
final class DirectUpdate implements LayerUpdate {
    private final Kernels kernels;
    private final DenseLayer layer;
    private final Panels panels;
    private float minusRate;
    /** The deltas times -η; rows that fill up a quad are 0. */
    private float[] steps = new float[0];

    DirectUpdate(Kernels kernels, DenseLayer layer, double learningRate) {
        this.kernels = kernels;
        this.layer = layer;
        this.panels = layer.panels();
        this.minusRate = (float) -learningRate;
    }

    @Override
    public void learn(float[] x, int xRow, int rows, float[] deltas) {
        scale(rows, deltas);
        for (int panel = 0; panel < panels.count(); panel++) {
            kernels.multiplyAdd(
                    x,
                    0,
                    1,
                    xRow,
                    steps,
                    panel * panels.width(),
                    panels.paddedOutputs(),
                    layer.weights(),
                    panels.begin(panel),
                    panels.width(),
                    panels.inputs(),
                    rows,
                    panels.width());
        }
    }

    @Override
    public void learn(NonZeros x, int rows, float[] deltas) {
        scale(rows, deltas);
        for (int panel = 0; panel < panels.count(); panel++) {
            for (int quad = 0; quad < x.quadCount(); quad++) {
                kernels.addOuterQuads(
                        x.columnsByQuad(),
                        x.valuesByQuad(),
                        x.quadBegin(quad),
                        x.quadBegin(quad + 1),
                        steps,
                        quad * NonZeros.QUAD * panels.paddedOutputs() + panel * panels.width(),
                        panels.paddedOutputs(),
                        layer.weights(),
                        panels.begin(panel),
                        panels.width(),
                        panels.width());
            }
        }
    }

    private void scale(int rows, float[] deltas) {
        int length = rows * panels.paddedOutputs();
        int whole = NonZeros.wholeQuads(rows) * panels.paddedOutputs();
        if (steps.length < whole) {
            steps = new float[whole];
        }
        for (int i = 0; i < length; i++) {
            steps[i] = minusRate * deltas[i];
        }
        Arrays.fill(steps, length, whole, 0);
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
