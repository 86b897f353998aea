package dev.freshet.engine.cpu;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import java.util.Arrays;
import java.util.List;

/** The last layer of a network that learns: probabilities, the loss and its slopes. Belongs to the training thread. */
final class OutputLayer {
    /**
     * Below it a slope counts as 0: beside the others it moves nothing, and multiplied with small inputs it would become a
     * denormal number, which takes a processor a hundred times as long.
     */
    private static final float SMALLEST_SLOPE = 1e-20f;

    /** Times a float, it is a double yet. */
    private static final double LARGEST_PRODUCT = 1e250;

    private final DenseLayer dense;
    private final Transposed transposed;
    private final Output output;
    private final int classes;
    private final Probabilities probabilities;
    /** {@code [capacity][paddedOutputs]}. */
    private float[] logits = new float[0];
    /** Of the slices of the inputs. */
    private List<float[]> partialSums = List.of();
    /** The loss's slope at the logits; the padding stays 0. */
    private float[] deltas = new float[0];
    /** The probabilities of an example of two classes. */
    private final float[] pair = new float[2];

    /** One an example, as are the next two: its largest logit. */
    private float[] largest = new float[0];

    /** The sum of its powers. */
    private float[] sums = new float[0];

    /** The slope at the logit of its label. */
    private float[] labelSlopes = new float[0];

    private int correct;

    OutputLayer(ModelSpec spec, DenseLayer dense, Kernels kernels) {
        this.dense = dense;
        this.transposed = new Transposed(dense.panels().outputs(), kernels.lanes());
        this.output = spec.output();
        this.classes = spec.classes().size();
        this.probabilities = new Probabilities(spec, kernels, dense.panels().paddedOutputs());
    }

    /** @param x from {@link DenseLayer#inputs} */
    void forward(Inputs x) {
        dense.forward(x, logits, partialSums);
    }

    float[] deltas() {
        return deltas;
    }

    /** The deltas of the newest {@link #loss}, transposed. */
    Transposed transposed() {
        return transposed;
    }

    /** The largest magnitude of {@link #deltas}; NaN if one is among them. */
    float largestDelta(int rows, Kernels kernels) {
        return kernels.largest(deltas, 0, 0, 1, rows * dense.panels().paddedOutputs());
    }

    /** Examples of the newest {@link #loss} whose most probable class was their label. */
    int correct() {
        return correct;
    }

    void reserve(int rows) {
        logits = new float[rows * dense.panels().paddedOutputs()];
        partialSums = dense.partialSums(rows);
        deltas = new float[rows * dense.panels().paddedOutputs()];
        largest = new float[rows];
        sums = new float[rows];
        labelSlopes = new float[rows];
        probabilities.reserve(rows);
    }

    /** @param to {@code [rows][classes]}, written to */
    void probabilities(int rows, float[] to) {
        probabilities.of(logits, rows, to, 0);
    }

    /** The mean over the examples; its slopes at the logits are {@link #deltas} then. */
    double loss(MiniBatch miniBatch, Kernels kernels) {
        int rows = miniBatch.size();
        int row = dense.panels().paddedOutputs();
        correct = 0;
        double loss = output == Output.SIGMOID
                ? binaryCrossEntropy(miniBatch.labels(), rows, row)
                : crossEntropy(miniBatch.labels(), rows, row, kernels);
        transposed.begin(rows);
        transposed.write(deltas, row, 0, dense.panels().outputs());
        return loss / rows;
    }

    /**
     * Softmax and cross-entropy together: the slope at a logit is its probability, less 1 at the label.
     *
     * <p>In passes over all examples: a vector that is read straight after its parts were written waits for them.
     */
    private double crossEntropy(int[] labels, int rows, int row, Kernels kernels) {
        for (int i = 0; i < rows; i++) {
            int most = ordered(logits[i * row]);
            for (int j = i * row + 1; j < i * row + classes; j++) {
                most = Math.max(most, ordered(logits[j]));
            }
            largest[i] = Float.intBitsToFloat(ordered(most));
        }
        kernels.powers(logits, deltas, row, rows, largest);
        float share = 1f / rows;
        double loss = 0;
        // The logarithm of a product is as good as the sum of as many logarithms, which would take a third of all this.
        double product = 1;
        for (int i = 0; i < rows; i++) {
            int begin = i * row;
            int label = begin + labels[i];
            float sum = 0;
            for (int j = begin; j < begin + classes; j++) {
                sum += deltas[j];
            }
            sums[i] = sum;
            loss += (double) largest[i] - logits[label];
            product *= sum;
            if (product > LARGEST_PRODUCT) {
                loss += Math.log(product);
                product = 1;
            }
            correct += isFirstOfLargest(begin, label) ? 1 : 0;
            labelSlopes[i] = slope(deltas[label] / sum - 1, share);
        }
        kernels.divideRows(deltas, row, rows, sums, SMALLEST_SLOPE, share);
        for (int i = 0; i < rows; i++) {
            deltas[i * row + labels[i]] = labelSlopes[i];
            Arrays.fill(deltas, i * row + classes, i * row + row, 0);
        }
        return loss + Math.log(product);
    }

    /** An integer in whose order floats are: the larger of two takes one instruction, that of two floats five and more. */
    private static int ordered(float value) {
        return ordered(Float.floatToRawIntBits(value));
    }

    /** To and fro between the bits of a float and an integer in whose order floats are. */
    private static int ordered(int bits) {
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }

    /** Of powers, the largest of which is 1: only who has guessed right has to be compared with others. */
    private boolean isFirstOfLargest(int begin, int label) {
        if (deltas[label] != 1) {
            return false;
        }
        for (int j = begin; j < label; j++) {
            if (deltas[j] == 1) {
                return false;
            }
        }
        return true;
    }

    private static float slope(float perExample, float share) {
        return Math.abs(perExample) < SMALLEST_SLOPE ? 0 : perExample * share;
    }

    private double binaryCrossEntropy(int[] labels, int rows, int row) {
        double loss = 0;
        for (int i = 0; i < rows; i++) {
            loss += binaryCrossEntropy(i * row, labels[i], 1f / rows);
        }
        return loss;
    }

    /** Sigmoid and binary cross-entropy together: the slope is the probability of the other class, towards the label. */
    private double binaryCrossEntropy(int begin, int label, float share) {
        float logit = logits[begin];
        Elementwise.sigmoids(logit, pair, 0);
        correct += Scoring.predictedClassAt(pair, 0, classes) == label ? 1 : 0;
        float slope = label == 1 ? -pair[0] : pair[1];
        deltas[begin] = slope(slope, share);
        // ln(1 + eˣ) - y x, in a form in which no power overflows.
        return Math.max(logit, 0.0) - (double) logit * label + Math.log1p(Elementwise.exp(-Math.abs(logit)));
    }
}
