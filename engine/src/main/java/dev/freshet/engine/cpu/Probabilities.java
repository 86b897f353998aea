package dev.freshet.engine.cpu;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import java.util.Arrays;

/** Turns the logits of a batch into the probabilities of the classes, all examples together. Belongs to one thread. */
final class Probabilities {
    private final Kernels kernels;
    private final Output output;
    private final int classes;
    private final int row;
    /** Each example's largest logit. */
    private float[] largest = new float[0];
    /** {@code [capacity][row]}. */
    private float[] powers = new float[0];

    /** @param row distance of the rows of logits, a multiple of the kernels' lanes */
    Probabilities(ModelSpec spec, Kernels kernels, int row) {
        this.kernels = kernels;
        this.output = spec.output();
        this.classes = spec.classes().size();
        this.row = row;
    }

    /** To be called before, for as many rows as there will be at most. */
    void reserve(int rows) {
        if (output != Output.SIGMOID) {
            largest = new float[rows];
            powers = new float[rows * row];
        }
    }

    /**
     * Computes them.
     *
     * @param logits {@code [rows][row]}
     * @param probabilities {@code [rows][classes]}, row-major, written to from {@code to} on
     */
    void of(float[] logits, int rows, float[] probabilities, int to) {
        if (output == Output.SIGMOID) {
            for (int i = 0; i < rows; i++) {
                Elementwise.sigmoids(logits[i * row], probabilities, to + 2 * i);
            }
        } else {
            softmax(logits, rows, probabilities, to);
        }
    }

    /** In passes over all examples, so that no step of one waits for the step before. */
    private void softmax(float[] logits, int rows, float[] probabilities, int to) {
        Arrays.fill(largest, 0, rows, Float.NEGATIVE_INFINITY);
        for (int j = 0; j < classes; j++) {
            for (int i = 0; i < rows; i++) {
                largest[i] = Math.max(largest[i], logits[i * row + j]);
            }
        }
        kernels.powers(logits, powers, row, rows, largest);
        for (int i = 0; i < rows; i++) {
            float sum = 0;
            for (int j = i * row; j < i * row + classes; j++) {
                sum += powers[j];
            }
            for (int j = 0; j < classes; j++) {
                probabilities[to + i * classes + j] = powers[i * row + j] / sum;
            }
        }
    }
}
