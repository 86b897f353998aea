package dev.freshet.core.evaluation;

/** The standard normal distribution. Stateless. */
final class Normal {
    private static final double[] COEFFICIENTS = {1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530};

    private Normal() {}

    /**
     * Φ(z), off by at most 7.5e-8 (Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, formula 26.2.17).
     */
    static double below(double z) {
        if (z < 0) {
            return 1 - below(-z);
        }
        double t = 1 / (1 + 0.2316419 * z);
        double sum = 0;
        for (double coefficient : COEFFICIENTS) {
            sum = (sum + coefficient) * t;
        }
        return 1 - Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * sum;
    }
}
