package dev.freshet.bench.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One multilayer perceptron with ReLU and softmax, how it is trained, and images: the same for every contender. Immutable;
 * the arrays are shared, never to be written to.
 */
public final class Workload implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int BUFFER_BYTES = 1 << 20;

    /** Rules by which weights move. */
    public enum Rule {
        SGD,
        MOMENTUM,
        ADAM
    }

    /**
     * A rule with its numbers; Adam's others are the paper's: 0.9, 0.999 and 1e-8.
     *
     * @param momentum 0 unless the rule is {@link Rule#MOMENTUM}
     * @param weightDecay L2, of weights and biases, as in PyTorch
     */
    public record Optimizer(Rule rule, double learningRate, double momentum, double weightDecay)
            implements Serializable {}

    private final int[] sizes;
    private final double dropout;
    private final int miniBatch;
    private final Optimizer optimizer;
    private final float[][] weights;
    private final float[][] biases;
    private final float[] features;
    private final int[] labels;

    /**
     * @param sizes of the layers, from the inputs to the classes
     * @param dropout share of each hidden layer's outputs that a step drops, in [0, 1)
     * @param weights of each layer to begin with, {@code [out][in]}, row-major
     * @param biases of each layer to begin with
     * @param features {@code [images][inputs]}, row-major
     * @param labels one class index an image
     */
    public Workload(
            int[] sizes,
            double dropout,
            int miniBatch,
            Optimizer optimizer,
            float[][] weights,
            float[][] biases,
            float[] features,
            int[] labels) {
        if (features.length != labels.length * sizes[0]) {
            throw new IllegalArgumentException(
                    features.length + " features for " + labels.length + " images of " + sizes[0]);
        }
        this.sizes = sizes;
        this.dropout = dropout;
        this.miniBatch = miniBatch;
        this.optimizer = optimizer;
        this.weights = weights;
        this.biases = biases;
        this.features = features;
        this.labels = labels;
    }

    public int[] sizes() {
        return sizes;
    }

    public int inputs() {
        return sizes[0];
    }

    public int classes() {
        return sizes[sizes.length - 1];
    }

    /** Matrices of weights. */
    public int layers() {
        return weights.length;
    }

    public double dropout() {
        return dropout;
    }

    /** Examples of one step. */
    public int miniBatch() {
        return miniBatch;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /** {@code [out][in]} of one layer, row-major. */
    public float[] weights(int layer) {
        return weights[layer];
    }

    public float[] biases(int layer) {
        return biases[layer];
    }

    public int images() {
        return labels.length;
    }

    /** {@code [images][inputs]}, row-major. */
    public float[] features() {
        return features;
    }

    public int[] labels() {
        return labels;
    }

    /** For a contender to read. */
    public void write(Path file) throws IOException {
        try (OutputStream bytes = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
                ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(this);
        }
    }

    /** What {@link #write} wrote. */
    public static Workload read(Path file) throws IOException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
                ObjectInputStream in = new ObjectInputStream(bytes)) {
            return (Workload) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("not a workload: " + file, e);
        }
    }
}
