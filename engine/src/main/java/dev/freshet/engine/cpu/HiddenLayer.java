package dev.freshet.engine.cpu;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One hidden layer of a network that learns: what comes between its weighted sums and what the next layer is given, on the way
 * up and on the way down, panel by panel. Threads may work at the same time, each for panels of its own.
 */
final class HiddenLayer {
    private final Kernels kernels;
    private final LayerSpec spec;
    private final DenseLayer dense;
    private final @Nullable NormTraining norm;
    private final @Nullable Dropout dropout;
    private final boolean isFirst;
    private final Panels panels;
    private final Transposed transposed;
    /** One a panel. */
    private final float[] largestOutputs;

    private final float[] largestDeltas;
    /** Weighted sums, {@code [capacity][paddedOutputs]}; a step with batch normalisation leaves them standardised. */
    private float[] sums = new float[0];
    /** Of the slices of the inputs. */
    private List<float[]> partialSums = List.of();
    /** What is activated: the weighted sums themselves where nothing normalises them. */
    private float[] normalised = new float[0];
    /** What becomes of it, activated and with its dropout; the padding stays 0. */
    private float[] outputs = new float[0];
    /** The loss's slope at the weighted sums; the padding stays 0. */
    private float[] deltas = new float[0];
    /** The loss's slopes at the outputs, in slices of {@code [units][examples, padded]}. */
    private List<float[]> slopes = List.of();
    /** The outputs as they were before some were dropped. */
    private float[] activated = new float[0];

    /** @param isFirst whether nothing that learns is below */
    HiddenLayer(
            Kernels kernels,
            LayerSpec spec,
            DenseLayer dense,
            @Nullable NormTraining norm,
            @Nullable Dropout dropout,
            boolean isFirst) {
        this.kernels = kernels;
        this.spec = spec;
        this.dense = dense;
        this.norm = norm;
        this.dropout = dropout;
        this.isFirst = isFirst;
        this.panels = dense.panels();
        this.transposed = new Transposed(panels.outputs(), kernels.lanes());
        this.largestOutputs = new float[panels.count()];
        this.largestDeltas = new float[panels.count()];
    }

    /** How far the rows of {@link #outputs} and {@link #deltas} are apart. */
    int row() {
        return panels.paddedOutputs();
    }

    float[] outputs() {
        return outputs;
    }

    float[] deltas() {
        return deltas;
    }

    Transposed transposed() {
        return transposed;
    }

    int panelCount() {
        return panels.count();
    }

    void reserve(int rows) {
        int size = rows * row();
        int slopeSize = panels.outputs() * (rows + kernels.lanes());
        slopes = List.of(new float[slopeSize], new float[slopeSize]);
        sums = new float[size];
        partialSums = dense.partialSums(rows);
        normalised = norm == null ? sums : new float[size];
        outputs = new float[size];
        deltas = new float[size];
        activated = new float[dropout == null ? 0 : size];
    }

    /** To be called before the panels of a mini-batch. */
    void begin(int rows, boolean isPrediction) {
        transposed.begin(rows);
        if (norm != null && isPrediction) {
            norm.beginPrediction();
        }
    }

    /** Whether {@link #sumSlice} is to be called for each of the inputs' slices before {@link #forward}. */
    boolean isSliced() {
        return dense.inputSlices() > 1;
    }

    /** Sums a slice of the inputs up, for all panels. */
    void sumSlice(Inputs x, int slice) {
        dense.forward(x, sums, partialSums, slice);
    }

    /**
     * From inputs to one panel's outputs.
     *
     * @param x inputs of this layer
     * @param above inputs of the next layer, set to {@link #outputs}
     * @param isPrediction whether nothing is dropped, and nothing normalised by this mini-batch's own mean
     * @param miniBatch how many were learned from before: it decides what is dropped
     */
    void forward(Inputs x, Inputs above, boolean isPrediction, long miniBatch, int panel) {
        if (isSliced()) {
            dense.addSlices(x.rows(), sums, partialSums, panel);
        } else {
            dense.forward(x, sums, partialSums, panel);
        }
        activate(above, isPrediction, miniBatch, panel);
    }

    /** From one panel's weighted sums to its outputs, with the arguments of {@link #forward}. */
    void activate(Inputs above, boolean isPrediction, long miniBatch, int panel) {
        int rows = above.rows();
        int from = panels.column(panel);
        int to = from + panels.outputs(panel);
        if (norm != null && isPrediction) {
            norm.predict(sums, normalised, rows, from, to);
        } else if (norm != null) {
            norm.forward(sums, normalised, rows, from, to);
        }
        activate(outputs, rows, panel);
        if (dropout != null && !isPrediction) {
            dropout.apply(miniBatch, outputs, rows, row(), from, panels.width(panel));
        }
        largestOutputs[panel] = above.copyColumns(from, to);
    }

    /** Whether its outputs are the same for a prediction and for a step. */
    boolean predictsAsItLearns() {
        return norm == null && dropout == null;
    }

    /** One slice of the slopes at one panel's outputs: {@link DenseLayer#backward}. */
    void takeSlopes(DenseLayer above, Transposed deltasAbove, int slice, int panel) {
        int from = panels.column(panel);
        above.backward(slice, deltasAbove, slopes.get(slice), from, from + panels.outputs(panel));
    }

    /**
     * From the slopes at one panel's outputs to its deltas.
     *
     * @param exampleRow distance of the slopes' rows
     * @param slices of the slopes
     * @param miniBatch as before
     */
    void backward(int exampleRow, int slices, int rows, long miniBatch, int panel) {
        int row = row();
        int from = panels.column(panel);
        int to = from + panels.outputs(panel);
        if (slices > 1) {
            int length = (to - from) * exampleRow;
            kernels.add(slopes.get(1), slopes.get(0), from * exampleRow, length, 1, length);
        }
        Transposed.transpose(slopes.get(0), from * exampleRow, exampleRow, to - from, rows, deltas, from, row);
        if (spec.activation() == Activation.RELU) {
            // What was dropped is not positive, either.
            float factor = dropout == null ? 1 : dropout.factor();
            kernels.keepWherePositive(outputs, deltas, from, row, rows, panels.width(panel), factor);
        } else {
            float[] reached = outputs;
            if (dropout != null) {
                // The outputs have been dropped; the slopes need what the activation gave.
                reached = activated;
                activate(activated, rows, panel);
                dropout.apply(miniBatch, deltas, rows, row, from, panels.width(panel));
            }
            Elementwise.multiplyBySlopes(spec, normalised, reached, deltas, rows, row, from, to);
        }
        if (norm != null) {
            norm.backward(deltas, sums, rows, from, to);
        }
        largestDeltas[panel] = kernels.largest(deltas, from, row, rows, panels.width(panel));
        if (!isFirst) {
            transposed.write(deltas, row, from, to);
        }
    }

    private void activate(float[] to, int rows, int panel) {
        int from = panels.column(panel);
        if (spec.activation() == Activation.RELU) {
            kernels.rectify(normalised, to, from, row(), rows, panels.width(panel));
        } else {
            Elementwise.activate(spec, normalised, to, rows, row(), from, from + panels.outputs(panel));
        }
    }

    /** The largest magnitude of what the newest mini-batch gave; NaN if one was among it. */
    float largestOutput() {
        return largest(largestOutputs);
    }

    /** Likewise of {@link #deltas}. */
    float largestDelta() {
        return largest(largestDeltas);
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    /**
     * Whether what is normalised here may be learned from.
     *
     * @param largestGradient of its parameters
     */
    boolean isBounded(double largestGradient) {
        return norm == null || norm.isBounded(largestGradient);
    }

    /** Takes a mini-batch in for what is normalised here. */
    void learn(int rows) {
        if (norm != null) {
            norm.learn(rows);
        }
    }
}
