package dev.freshet.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An endless stream of points around one centre per class, the same for the same seed; not thread-safe.
 *
 * <p>The centres stand on the unit circle of the first two dimensions, the others are noise. Neighbouring centres are
 * six standard deviations apart, so the best classifier is right on more than 99 % of the points.
 */
public final class Blobs {
    private static final double DEVIATIONS_APART = 6;

    private final int classes;
    private final int dimensions;
    private final Random random;

    /**
     * @param classes at least 2
     * @param dimensions features per point, at least 2
     * @param seed of everything drawn
     */
    public Blobs(int classes, int dimensions, long seed) {
        if (classes < 2 || dimensions < 2) {
            throw new IllegalArgumentException(
                    "classes and dimensions must be at least 2, were " + classes + " and " + dimensions);
        }
        this.classes = classes;
        this.dimensions = dimensions;
        this.random = new Random(seed);
    }

    /** The next {@code count} points, each of a class drawn at random. */
    public List<LabelledPoint> next(int count) {
        List<LabelledPoint> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            points.add(next());
        }
        return points;
    }

    public LabelledPoint next() {
        int label = random.nextInt(classes);
        double angle = 2 * Math.PI * label / classes;
        double distance = 2 * Math.sin(Math.PI / classes);
        float[] features = new float[dimensions];
        for (int d = 0; d < dimensions; d++) {
            features[d] = (float) (random.nextGaussian() * distance / DEVIATIONS_APART);
        }
        features[0] += (float) Math.cos(angle);
        features[1] += (float) Math.sin(angle);
        return new LabelledPoint(features, label);
    }
}
