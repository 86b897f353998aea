package dev.freshet.core.data;

import java.nio.FloatBuffer;

/**
 * The examples of one optimizer step, side by side in memory, filled and cleared again for the next step.
 *
 * <p>Belongs to one thread, which is why its arrays can be reused without a copy.
 */
public final class MiniBatch {
    /** What every JVM can allocate as one array. */
    private static final int MOST_FEATURES = Integer.MAX_VALUE - 8;

    private final int capacity;
    private final int inputs;
    private final float[] features;
    private final int[] labels;
    private int size;

    /**
     * @param capacity examples it can hold, at least 1
     * @param inputs features per example, at least 1
     * @throws IllegalArgumentException if no array can hold so many features
     */
    public MiniBatch(int capacity, int inputs) {
        if ((long) capacity * inputs > MOST_FEATURES) {
            throw new IllegalArgumentException(
                    "a mini-batch of " + capacity + " examples of " + inputs + " features does not fit into one array");
        }
        this.capacity = capacity;
        this.inputs = inputs;
        this.features = new float[capacity * inputs];
        this.labels = new int[capacity];
    }

    /**
     * Copies one example in.
     *
     * @throws IllegalStateException if the mini-batch is full
     * @throws IllegalArgumentException if the example has another number of features
     */
    public void add(Example example) {
        if (isFull()) {
            throw new IllegalStateException("a mini-batch of " + capacity + " examples is full");
        }
        if (example.features().length != inputs) {
            throw new IllegalArgumentException(
                    "an example of " + example.features().length + " features does not fit a mini-batch of " + inputs);
        }
        System.arraycopy(example.features(), 0, features, size * inputs, inputs);
        labels[size] = example.label();
        size++;
    }

    /**
     * Copies one example in.
     *
     * @param features {@code [inputs]} from its position on, which moves
     * @throws IllegalStateException if the mini-batch is full
     */
    public void add(FloatBuffer features, int label) {
        if (isFull()) {
            throw new IllegalStateException("a mini-batch of " + capacity + " examples is full");
        }
        features.get(this.features, size * inputs, inputs);
        labels[size] = label;
        size++;
    }

    public void clear() {
        size = 0;
    }

    public boolean isFull() {
        return size == capacity;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Examples in it now. */
    public int size() {
        return size;
    }

    /** Features per example. */
    public int inputs() {
        return inputs;
    }

    /** {@code [size][inputs]}, row-major; what lies behind the last row is left over from earlier steps. */
    public float[] features() {
        return features;
    }

    /** {@code [size]} class indices; what lies behind is left over from earlier steps. */
    public int[] labels() {
        return labels;
    }
}
