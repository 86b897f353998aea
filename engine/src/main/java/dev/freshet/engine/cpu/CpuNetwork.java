package dev.freshet.engine.cpu;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Network;
import dev.freshet.engine.StepResult;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A network that learns: forward, deltas backward, then one pass over each layer's weights in which gradient and step are
 * one. All buffers are kept, so a step allocates nothing but its result. Belongs to one thread.
 */
final class CpuNetwork implements Network {
    /**
     * A gradient that could be larger is taken for one that is not finite: its square, which Adam keeps, would be infinite
     * and freeze its weight for good.
     */
    private static final double LARGEST_GRADIENT = 1e18;

    private final ModelSpec spec;
    private final Kernels kernels;
    private final List<DenseLayer> layers;
    private final List<LayerUpdate> updates;
    private final NonZeros inputs = new NonZeros();
    private int capacity;
    /** Each layer's weighted sums, {@code [capacity][paddedOutputs]}. */
    private final float[][] sums;
    /** What each hidden layer makes of them, activated and with its dropout. */
    private final float[][] outputs;

    private final List<Optional<Dropout>> dropouts;
    private long steps;
    /** Of the newest mini-batch. */
    private int correct;
    /** The loss's slope at each layer's weighted sums, {@code [capacity][paddedOutputs]}; the padding stays 0. */
    private final float[][] deltas;
    /** The same and the slopes at a layer's inputs, transposed: {@code [columns][capacity, padded]}. */
    private float[] transposedDeltas = new float[0];

    private float[] transposedSlopes = new float[0];
    /** A layer's outputs as they were before some were dropped. */
    private float[] activated = new float[0];

    CpuNetwork(ModelSpec spec, TrainingSpec training, Kernels kernels, Weights weights) {
        this.spec = spec;
        this.kernels = kernels;
        this.layers = Layers.of(spec, kernels, weights);
        this.updates = layers.stream()
                .map(layer -> new LayerUpdate(kernels, layer, training.optimizer()))
                .toList();
        this.dropouts = IntStream.range(0, spec.hidden().size())
                .mapToObj(layer -> Optional.of(spec.hidden().get(layer).dropout())
                        .filter(share -> share > 0)
                        .map(share -> new Dropout(training.seed(), layer, share)))
                .toList();
        this.sums = new float[layers.size()][0];
        this.outputs = new float[layers.size()][0];
        this.deltas = new float[layers.size()][0];
    }

    @Override
    public void predict(MiniBatch miniBatch, float[] probabilities) {
        int rows = miniBatch.size();
        reserve(rows);
        forward(miniBatch, false);
        int classes = spec.classes().size();
        float[] logits = sums[layers.size() - 1];
        int row = layers.get(layers.size() - 1).panels().paddedOutputs();
        for (int i = 0; i < rows; i++) {
            Elementwise.softmax(logits, i * row, classes, probabilities, i * classes);
        }
    }

    @Override
    public StepResult train(MiniBatch miniBatch) {
        reserve(miniBatch.size());
        boolean sparse = forward(miniBatch, true);
        double loss = lossAndLastDeltas(miniBatch);
        if (!Double.isFinite(loss)) {
            return StepResult.discarded(loss);
        }
        for (int layer = layers.size() - 1; layer > 0; layer--) {
            deltasBelow(layer, miniBatch.size());
        }
        if (!gradientsAreBounded(miniBatch)) {
            return StepResult.discarded(loss);
        }
        step(miniBatch, sparse);
        return new StepResult(loss, correct, StepResult.Outcome.APPLIED);
    }

    /**
     * @param training whether outputs are dropped
     * @return whether {@link #inputs} holds the mini-batch's non-zeros
     */
    private boolean forward(MiniBatch miniBatch, boolean training) {
        int rows = miniBatch.size();
        boolean sparse =
                layers.get(0).isWideEnoughForZeros() && inputs.readRows(miniBatch.features(), rows, miniBatch.inputs());
        if (sparse) {
            layers.get(0).forward(inputs, rows, sums[0]);
        } else {
            layers.get(0).forward(miniBatch.features(), miniBatch.inputs(), rows, sums[0]);
        }
        for (int layer = 1; layer < layers.size(); layer++) {
            Panels below = layers.get(layer - 1).panels();
            int row = below.paddedOutputs();
            float[] output = outputs[layer - 1];
            Elementwise.activate(spec.hidden().get(layer - 1), sums[layer - 1], output, rows, row);
            Optional<Dropout> dropout = dropouts.get(layer - 1);
            if (training && dropout.isPresent()) {
                dropout.get().apply(steps, output, rows, row, below.outputs());
            }
            layers.get(layer).forward(output, row, rows, sums[layer]);
        }
        return sparse;
    }

    /** Softmax and cross-entropy together: the slope at a logit is its probability, less 1 at the label. */
    private double lossAndLastDeltas(MiniBatch miniBatch) {
        int last = layers.size() - 1;
        int rows = miniBatch.size();
        int row = layers.get(last).panels().paddedOutputs();
        int classes = spec.classes().size();
        float share = 1f / rows;
        double loss = 0;
        correct = 0;
        for (int i = 0; i < rows; i++) {
            int begin = i * row;
            int label = begin + miniBatch.labels()[i];
            double logSum = Elementwise.softmax(sums[last], begin, classes, deltas[last], begin);
            correct += Scoring.predictedClassAt(deltas[last], begin, classes)
                            == miniBatch.labels()[i]
                    ? 1
                    : 0;
            loss += logSum - sums[last][label];
            deltas[last][label] -= 1;
            for (int j = begin; j < begin + classes; j++) {
                deltas[last][j] *= share;
            }
        }
        return loss / rows;
    }

    /** From the deltas of a layer to those of the one below it. */
    private void deltasBelow(int layer, int rows) {
        Panels above = layers.get(layer).panels();
        Panels below = layers.get(layer - 1).panels();
        int exampleRow = padded(rows);
        transpose(deltas[layer], rows, above.paddedOutputs(), above.outputs(), transposedDeltas, exampleRow);
        layers.get(layer).backward(transposedDeltas, transposedSlopes, exampleRow);
        LayerSpec hidden = spec.hidden().get(layer - 1);
        Optional<Dropout> dropout = dropouts.get(layer - 1);
        float[] sum = sums[layer - 1];
        float[] output = outputs[layer - 1];
        float[] delta = deltas[layer - 1];
        int row = below.paddedOutputs();
        if (dropout.isPresent()) {
            // The outputs have been dropped; the slopes need what the activation gave.
            Elementwise.activate(hidden, sum, activated, rows, row);
        }
        float[] reached = dropout.isPresent() ? activated : output;
        for (int i = 0; i < rows; i++) {
            for (int k = i * row; k < i * row + below.outputs(); k++) {
                delta[k] = transposedSlopes[(k - i * row) * exampleRow + i]
                        * Elementwise.slope(hidden, sum[k], reached[k]);
            }
        }
        if (dropout.isPresent()) {
            dropout.get().apply(steps, delta, rows, row, below.outputs());
        }
    }

    private static void transpose(float[] from, int rows, int row, int columns, float[] to, int toRow) {
        for (int j = 0; j < columns; j++) {
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
        double largestInput = Elementwise.largest(miniBatch.features(), rows * miniBatch.inputs());
        for (int layer = 0; layer < layers.size(); layer++) {
            int length = rows * layers.get(layer).panels().paddedOutputs();
            double largestDelta = Elementwise.largest(deltas[layer], length);
            if (!(rows * Math.max(1, largestInput) * largestDelta <= LARGEST_GRADIENT)) {
                return false;
            }
            largestInput = Elementwise.largest(outputs[layer], length);
        }
        return true;
    }

    private void step(MiniBatch miniBatch, boolean sparse) {
        int rows = miniBatch.size();
        steps++;
        if (sparse) {
            inputs.readColumns(rows, miniBatch.inputs());
            updates.get(0).step(inputs, rows, deltas[0]);
        } else {
            updates.get(0).step(miniBatch.features(), miniBatch.inputs(), rows, deltas[0]);
        }
        for (int layer = 1; layer < layers.size(); layer++) {
            int below = layers.get(layer - 1).panels().paddedOutputs();
            updates.get(layer).step(outputs[layer - 1], below, rows, deltas[layer]);
        }
    }

    @Override
    public void setLearningRate(double learningRate) {
        updates.forEach(update -> update.setLearningRate(learningRate));
    }

    private void reserve(int rows) {
        if (rows <= capacity) {
            return;
        }
        capacity = rows;
        int widest = 0;
        int widestRow = 0;
        for (int layer = 0; layer < layers.size(); layer++) {
            Panels panels = layers.get(layer).panels();
            sums[layer] = new float[rows * panels.paddedOutputs()];
            outputs[layer] = new float[rows * panels.paddedOutputs()];
            deltas[layer] = new float[rows * panels.paddedOutputs()];
            widest = Math.max(widest, panels.outputs());
            widestRow = Math.max(widestRow, panels.paddedOutputs());
        }
        activated = new float[rows * widestRow];
        transposedDeltas = new float[widest * padded(rows)];
        transposedSlopes = new float[widest * padded(rows)];
    }

    private int padded(int rows) {
        return (rows + kernels.lanes() - 1) / kernels.lanes() * kernels.lanes();
    }

    @Override
    public Weights weights() {
        return Layers.weights(layers);
    }

    /** There is nothing outside the heap. */
    @Override
    public void close() {}
}
