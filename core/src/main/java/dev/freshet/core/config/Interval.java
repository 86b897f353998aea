package dev.freshet.core.config;

/**
 * A range of numbers, each end open or closed; NaN is in none.
 *
 * @param text how people read it, such as {@code (0, 1]}
 */
public record Interval(double min, boolean minIncluded, double max, boolean maxIncluded, String text) {
    /** Greater than {@code min}, at most {@code max}. */
    public static Interval openClosed(double min, double max) {
        return new Interval(min, false, max, true, "(" + plain(min) + ", " + plain(max) + "]");
    }

    /** At least {@code min}, less than {@code max}. */
    public static Interval closedOpen(double min, double max) {
        return new Interval(min, true, max, false, "[" + plain(min) + ", " + plain(max) + ")");
    }

    /** At least {@code min}, at most {@code max}. */
    public static Interval closed(double min, double max) {
        return new Interval(min, true, max, true, "[" + plain(min) + ", " + plain(max) + "]");
    }

    /** Greater than {@code min}, less than {@code max}. */
    public static Interval open(double min, double max) {
        return new Interval(min, false, max, false, "(" + plain(min) + ", " + plain(max) + ")");
    }

    boolean contains(double value) {
        boolean aboveMin = minIncluded ? value >= min : value > min;
        boolean belowMax = maxIncluded ? value <= max : value < max;
        return aboveMin && belowMax;
    }

    private static String plain(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public String toString() {
        return text;
    }
}
