package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Points of the two-dimensional standard normal distribution, divided by the circle x² + y² = 1.5: a small problem that
 * no straight line solves. The first 800 are for training, the other 200 for the test.
 */
final class CirclesSource implements ImageSource {
    private static final int POINTS = 1_000;
    private static final int TRAIN_POINTS = 800;
    private static final float RADIUS_SQUARED = 1.5f;

    private final long seed;
    private final float[][] points;
    private final int from;
    private final int to;

    private CirclesSource(long seed, float[][] points, int from, int to) {
        this.seed = seed;
        this.points = points;
        this.from = from;
        this.to = to;
    }

    static CirclesSource draw(long seed, Split split) {
        // Of all generators only this one has its normal distribution specified, so the points stay the same on any
        // JDK.
        Random random = new Random(seed);
        float[][] points = new float[POINTS][];
        for (int i = 0; i < POINTS; i++) {
            points[i] = new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()};
        }
        return split == Split.TRAIN
                ? new CirclesSource(seed, points, 0, TRAIN_POINTS)
                : new CirclesSource(seed, points, TRAIN_POINTS, POINTS);
    }

    @Override
    public InputSpec input() {
        return InputSpec.point(2);
    }

    @Override
    public List<String> classes() {
        return List.of("inside", "outside");
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(to - from);
    }

    @Override
    public LabelledImage get(long index) {
        int i = from + (int) Objects.checkIndex(index, to - from);
        float[] point = points[i];
        int label = point[0] * point[0] + point[1] * point[1] > RADIUS_SQUARED ? 1 : 0;
        return new LabelledImage("circles/" + seed + "/" + i, new Values.Point(point), label);
    }
}
