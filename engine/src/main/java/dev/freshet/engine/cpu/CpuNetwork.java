package dev.freshet.engine.cpu;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Network;
import dev.freshet.engine.StepResult;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that learns: forward, deltas backward, then {@link Descent} moves the weights. All buffers are kept, so a step
 * allocates nothing but its result. Belongs to one thread.
 */
final class CpuNetwork implements Network {
    /**
     * A gradient that could be larger is taken for one that is not finite: its square, which Adam keeps, would be infinite
     * and freeze its weight for good.
     */
    private static final double LARGEST_GRADIENT = 1e18;

    private final Kernels kernels;
    private final Layers model;
    private final List<DenseLayer> layers;
    private final List<HiddenLayer> hidden;
    private final OutputLayer output;
    private final Descent descent;
    private final NonZeros inputs = new NonZeros();
    private int capacity;
    /** Mini-batches that were learned from. */
    private long miniBatches;
    /** A layer's deltas and the slopes at its inputs, transposed: {@code [columns][capacity, padded]}. */
    private float[] transposedDeltas = new float[0];

    private float[] transposedSlopes = new float[0];

    CpuNetwork(ModelSpec spec, TrainingSpec training, Kernels kernels, Weights weights) {
        this.kernels = kernels;
        this.model = new Layers(spec, kernels, weights);
        this.layers = model.dense();
        this.output = new OutputLayer(spec, layers.get(layers.size() - 1));
        List<HiddenLayer> hiddenLayers = new ArrayList<>();
        List<UnitUpdate> normUpdates = new ArrayList<>();
        for (int i = 0; i < spec.hidden().size(); i++) {
            LayerSpec layer = spec.hidden().get(i);
            NormLayer normLayer = model.norm(i);
            NormTraining norm = normLayer == null ? null : new NormTraining(normLayer, training, kernels);
            if (norm != null) {
                normUpdates.addAll(norm.updates());
            }
            Dropout dropout = layer.dropout() > 0 ? new Dropout(kernels, training.seed(), i, layer.dropout()) : null;
            hiddenLayers.add(new HiddenLayer(kernels, layer, layers.get(i), norm, dropout));
        }
        this.hidden = List.copyOf(hiddenLayers);
        this.descent = new Descent(training, kernels, layers, normUpdates);
    }

    @Override
    public void predict(MiniBatch miniBatch, float[] probabilities) {
        reserve(miniBatch.size());
        forward(miniBatch, false);
        output.probabilities(miniBatch.size(), probabilities);
    }

    @Override
    public StepResult train(MiniBatch miniBatch) {
        reserve(miniBatch.size());
        boolean sparse = forward(miniBatch, true);
        double loss = output.loss(miniBatch);
        if (!Double.isFinite(loss)) {
            return StepResult.discarded(loss);
        }
        backward(miniBatch.size());
        if (!gradientsAreBounded(miniBatch)) {
            return StepResult.discarded(loss);
        }
        boolean moved = learn(miniBatch, sparse);
        return new StepResult(
                loss, output.correct(), moved ? StepResult.Outcome.APPLIED : StepResult.Outcome.ACCUMULATED);
    }

    /**
     * @param training whether outputs are dropped, and mini-batches normalised by themselves
     * @return whether {@link #inputs} holds the mini-batch's non-zeros
     */
    private boolean forward(MiniBatch miniBatch, boolean training) {
        int rows = miniBatch.size();
        DenseLayer first = layers.get(0);
        boolean sparse =
                first.isWideEnoughForZeros() && inputs.readRows(miniBatch.features(), rows, miniBatch.inputs());
        if (sparse) {
            first.forward(inputs, rows, sums(0));
        } else {
            first.forward(miniBatch.features(), miniBatch.inputs(), rows, sums(0));
        }
        for (int layer = 0; layer < hidden.size(); layer++) {
            HiddenLayer below = hidden.get(layer);
            if (training) {
                below.activateAndDrop(rows, miniBatches);
            } else {
                below.activate(rows);
            }
            layers.get(layer + 1).forward(below.outputs(), below.row(), rows, sums(layer + 1));
        }
        return sparse;
    }

    private float[] sums(int layer) {
        return layer < hidden.size() ? hidden.get(layer).sums() : output.logits();
    }

    private float[] deltas(int layer) {
        return layer < hidden.size() ? hidden.get(layer).deltas() : output.deltas();
    }

    private void backward(int rows) {
        int exampleRow = padded(rows);
        for (int layer = hidden.size() - 1; layer >= 0; layer--) {
            DenseLayer above = layers.get(layer + 1);
            transpose(deltas(layer + 1), rows, above.panels(), transposedDeltas, exampleRow);
            above.backward(transposedDeltas, transposedSlopes, exampleRow);
            hidden.get(layer).backward(transposedSlopes, exampleRow, rows, miniBatches);
        }
    }

    private static void transpose(float[] from, int rows, Panels panels, float[] to, int toRow) {
        int row = panels.paddedOutputs();
        for (int j = 0; j < panels.outputs(); j++) {
            for (int i = 0; i < rows; i++) {
                to[j * toRow + i] = from[i * row + j];
            }
            for (int i = rows; i < toRow; i++) {
                to[j * toRow + i] = 0;
            }
        }
    }

    /** No entry of a gradient is larger than examples × largest input × largest delta; NaN is in no bounds. */
    private boolean gradientsAreBounded(MiniBatch miniBatch) {
        int rows = miniBatch.size();
        double largestInput = kernels.largest(miniBatch.features(), rows * miniBatch.inputs());
        for (int layer = 0; layer < layers.size(); layer++) {
            int length = rows * layers.get(layer).panels().paddedOutputs();
            double largestDelta = kernels.largest(deltas(layer), length);
            if (!(rows * Math.max(1, largestInput) * largestDelta <= LARGEST_GRADIENT)) {
                return false;
            }
            if (layer < hidden.size()) {
                if (!hidden.get(layer).isBounded(LARGEST_GRADIENT)) {
                    return false;
                }
                largestInput = kernels.largest(hidden.get(layer).outputs(), length);
            }
        }
        return true;
    }

    /** @return whether the weights have moved */
    private boolean learn(MiniBatch miniBatch, boolean sparse) {
        int rows = miniBatch.size();
        miniBatches++;
        if (sparse) {
            inputs.readColumns(miniBatch.inputs());
            descent.learn(0, inputs, rows, deltas(0));
        } else {
            descent.learn(0, miniBatch.features(), miniBatch.inputs(), rows, deltas(0));
        }
        for (int layer = 0; layer < hidden.size(); layer++) {
            HiddenLayer below = hidden.get(layer);
            below.learn(rows);
            descent.learn(layer + 1, below.outputs(), below.row(), rows, deltas(layer + 1));
        }
        return descent.stepIfDue();
    }

    @Override
    public void setLearningRate(double learningRate) {
        descent.setLearningRate(learningRate);
    }

    private void reserve(int rows) {
        if (rows <= capacity) {
            return;
        }
        capacity = rows;
        int whole = NonZeros.wholeQuads(rows);
        hidden.forEach(layer -> layer.reserve(whole));
        output.reserve(whole);
        int widest = layers.stream()
                .mapToInt(layer -> layer.panels().outputs())
                .max()
                .orElseThrow();
        transposedDeltas = new float[widest * padded(rows)];
        transposedSlopes = new float[widest * padded(rows)];
    }

    private int padded(int rows) {
        return (rows + kernels.lanes() - 1) / kernels.lanes() * kernels.lanes();
    }

    @Override
    public Weights weights() {
        return model.weights();
    }

    /** There is nothing outside the heap. */
    @Override
    public void close() {}
}
