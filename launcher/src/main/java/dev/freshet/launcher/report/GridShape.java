package dev.freshet.launcher.report;

import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.Values;
import java.util.List;

/**
 * Where a model of two features is looked at to draw its regions: a rectangle divided into equal cells.
 *
 * @param left smallest value of the first feature
 * @param right largest value of the first feature
 * @param bottom smallest value of the second feature
 * @param top largest value of the second feature
 * @param columns cells along the first feature, at least 2
 * @param rows cells along the second feature, at least 2
 */
public record GridShape(double left, double right, double bottom, double top, int columns, int rows) {
    /** Fine enough for a smooth line, and scored in a fraction of a second. */
    private static final int CELLS = 160;

    private static final double MARGIN = 0.08;

    public GridShape {
        require(
                Double.isFinite(left) && Double.isFinite(right) && left < right,
                "left must be less than right, was [" + left + ", " + right + "]");
        require(
                Double.isFinite(bottom) && Double.isFinite(top) && bottom < top,
                "bottom must be less than top, was [" + bottom + ", " + top + "]");
        require(columns >= 2 && rows >= 2, "a grid must have 2 cells a side, was " + columns + "×" + rows);
    }

    /**
     * 160 × 160 cells over all points and a margin.
     *
     * @param points at least one, of 2 features each
     */
    public static GridShape around(List<LabelledImage> points) {
        require(!points.isEmpty(), "a grid needs points to be laid around");
        double[] x = range(points, 0);
        double[] y = range(points, 1);
        return new GridShape(x[0], x[1], y[0], y[1], CELLS, CELLS);
    }

    private static double[] range(List<LabelledImage> points, int feature) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (LabelledImage point : points) {
            double value = features(point)[feature];
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        double margin = most > least ? MARGIN * (most - least) : 1;
        return new double[] {least - margin, most + margin};
    }

    /** The two features of a point; shared, never to be written to. */
    static float[] features(LabelledImage point) {
        if (point.values() instanceof Values.Point values && values.values().length == 2) {
            return values.values();
        }
        throw new IllegalArgumentException(point.id() + " is not a point of 2 features");
    }

    /**
     * The centres of the cells, which the model is to score, as raw as a source gives them: not normalised.
     *
     * @return {@code [rows][columns][2]}, the bottom row first, each from left to right; the caller's own
     */
    public float[] features() {
        float[] features = new float[rows * columns * 2];
        int to = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                features[to++] = (float) (left + (column + 0.5) * (right - left) / columns);
                features[to++] = (float) (bottom + (row + 0.5) * (top - bottom) / rows);
            }
        }
        return features;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
