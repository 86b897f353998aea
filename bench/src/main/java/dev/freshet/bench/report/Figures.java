package dev.freshet.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** Arithmetic on measurements. */
public final class Figures {
    private Figures() {}

    /**
     * The middle one; of an even number the mean of the two in the middle.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static double median(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("the median of no values");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * The n-th root of the product of n ratios.
     *
     * @throws IllegalArgumentException if there are none, or one is not positive
     */
    public static double geometricMean(Collection<Double> ratios) {
        if (ratios.isEmpty() || ratios.stream().anyMatch(ratio -> !(ratio > 0))) {
            throw new IllegalArgumentException("the geometric mean of " + ratios);
        }
        return Math.exp(ratios.stream().mapToDouble(Math::log).average().orElseThrow());
    }

    /**
     * By how much two rows of numbers differ, as a share of the expected, at the worst place.
     *
     * @throws IllegalArgumentException if one is longer
     */
    public static double largestDifference(double[] expected, double[] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException(
                    expected.length + " numbers against " + actual.length + ": " + Arrays.toString(actual));
        }
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), 1e-6);
            // NaN if one of them is, which is the largest difference of all.
            largest = Math.max(largest, difference);
        }
        return largest;
    }
}
