package dev.freshet.testkit;

/** One labelled point of a generated data set; immutable, any thread. */
public final class LabelledPoint {
    private final float[] features;
    private final int label;

    LabelledPoint(float[] features, int label) {
        this.features = features;
        this.label = label;
    }

    /** A copy, {@code [dimensions]}. */
    public float[] features() {
        return features.clone();
    }

    /** Class index, from 0. */
    public int label() {
        return label;
    }
}
