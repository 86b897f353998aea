package dev.freshet.engine.cpu;

import dev.freshet.core.model.Activation;

/** Activations, their derivatives and the softmax, value by value. Stateless. */
@SuppressWarnings("FloatingPointLiteralPrecision") // the constants as Cephes prints them
final class Elementwise {
    private static final float LOG2_E = 1.442695041f;
    /** ln 2 in two parts: the first has few enough bits that its multiples are exact. */
    private static final float LN2_HIGH = 0.693359375f;

    private static final float LN2_LOW = -2.12194440e-4f;

    private Elementwise() {}

    /**
     * e to the x, with a relative error below 2e-7: Cephes' {@code expf} (Moshier, 1989), with fused multiply-adds. Ours
     * because {@code Math.exp} may differ between JVMs in the last bit.
     */
    static float exp(float x) {
        if (!(x > -87)) {
            return Float.isNaN(x) ? x : 0;
        }
        if (x > 88) {
            return Float.POSITIVE_INFINITY;
        }
        float n = (float) Math.rint(x * LOG2_E);
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = 1.9875691500e-4f;
        p = Math.fma(p, r, 1.3981999507e-3f);
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        float result = Math.fma(p * r, r, r) + 1;
        return result * Float.intBitsToFloat(((int) n + 127) << 23);
    }

    /** Applies an activation to {@code [rows][columns]}, whose rows are {@code row} apart, in place. */
    static void activate(Activation activation, float[] y, int rows, int row, int columns) {
        for (int begin = 0; begin < rows * row; begin += row) {
            switch (activation) {
                case RELU -> {
                    for (int i = begin; i < begin + columns; i++) {
                        y[i] = Math.max(0, y[i]);
                    }
                }
                case SIGMOID -> {
                    for (int i = begin; i < begin + columns; i++) {
                        y[i] = 1 / (1 + exp(-y[i]));
                    }
                }
                case TANH -> {
                    for (int i = begin; i < begin + columns; i++) {
                        y[i] = tanh(y[i]);
                    }
                }
            }
        }
    }

    private static float tanh(float x) {
        if (Math.abs(x) < 0.04f) {
            // Around 0 the quotient below would lose digits; three terms of the series are exact to a float there.
            float square = x * x;
            return x * (1 + square * (-1 / 3f + square * (2 / 15f)));
        }
        return 1 - 2 / (exp(2 * x) + 1);
    }

    /** The slope of an activation where it gave {@code y}. */
    static float slope(Activation activation, float y) {
        return switch (activation) {
            case RELU -> y > 0 ? 1 : 0;
            case SIGMOID -> y * (1 - y);
            case TANH -> 1 - y * y;
        };
    }

    /**
     * Turns one row of logits into probabilities.
     *
     * @return the logarithm of the sum of exponentials: logits minus it are the logarithms of the probabilities
     */
    static double softmax(float[] logits, int begin, int columns, float[] probabilities, int to) {
        float largest = logits[begin];
        for (int j = 1; j < columns; j++) {
            largest = Math.max(largest, logits[begin + j]);
        }
        float sum = 0;
        for (int j = 0; j < columns; j++) {
            float power = exp(logits[begin + j] - largest);
            probabilities[to + j] = power;
            sum += power;
        }
        for (int j = 0; j < columns; j++) {
            probabilities[to + j] /= sum;
        }
        return largest + Math.log(sum);
    }

    /** The largest magnitude in {@code [rows][columns]}; NaN if one is in it. */
    static float largest(float[] values, int length) {
        float largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }
}
