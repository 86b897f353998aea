package dev.freshet.launcher.report;

/**
 * What a model of two features answers all over a rectangle. The probabilities are shared, not copied: nobody writes to
 * them. Safe to share.
 */
public final class DecisionGrid {
    private final GridShape shape;
    private final int classes;
    private final float[] probabilities;

    /**
     * @param classes at least 2
     * @param probabilities {@code [rows][columns][classes]} in the order of {@link GridShape#features()}, handed over
     */
    public DecisionGrid(GridShape shape, int classes, float[] probabilities) {
        int expected = shape.rows() * shape.columns() * classes;
        if (classes < 2 || probabilities.length != expected) {
            throw new IllegalArgumentException("a grid of " + shape.columns() + "×" + shape.rows() + " cells and "
                    + classes + " classes needs " + expected + " probabilities, was " + probabilities.length);
        }
        this.shape = shape;
        this.classes = classes;
        this.probabilities = probabilities;
    }

    GridShape shape() {
        return shape;
    }

    int classes() {
        return classes;
    }

    float probability(int row, int column, int classIndex) {
        return probabilities[(row * shape.columns() + column) * classes + classIndex];
    }

    /**
     * Between the centres of the four nearest cells; at the rim that of the nearest ones.
     *
     * @param row in cells from the centre of the first one
     * @param column in cells from the centre of the first one
     */
    double interpolated(double row, double column, int classIndex) {
        double r = Math.max(0, Math.min(shape.rows() - 1, row));
        double c = Math.max(0, Math.min(shape.columns() - 1, column));
        int below = Math.min((int) r, shape.rows() - 2);
        int before = Math.min((int) c, shape.columns() - 2);
        double lower =
                between(probability(below, before, classIndex), probability(below, before + 1, classIndex), c - before);
        double upper = between(
                probability(below + 1, before, classIndex), probability(below + 1, before + 1, classIndex), c - before);
        return between(lower, upper, r - below);
    }

    private static double between(double one, double other, double share) {
        return one + share * (other - one);
    }

    /** By how much a class beats the best of the others: positive where the model answers with it. */
    float margin(int row, int column, int classIndex) {
        float others = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            if (i != classIndex) {
                others = Math.max(others, probability(row, column, i));
            }
        }
        return probability(row, column, classIndex) - others;
    }
}
