package dev.freshet.engine.cpu;

import dev.freshet.core.model.LayerSpec;

/** Activations and their derivatives, value by value. Stateless. */
@SuppressWarnings("FloatingPointLiteralPrecision") // the constants as Cephes prints them
final class Elementwise {
    static final float LOG2_E = 1.442695041f;
    /** ln 2 in two parts: the first has few enough bits that its multiples are exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;

    /** Of the polynomial in {@link #exp}, from the highest power down to the square. */
    static final float EXP_7 = 1.9875691500e-4f;

    static final float EXP_6 = 1.3981999507e-3f;
    static final float EXP_5 = 8.3334519073e-3f;
    static final float EXP_4 = 4.1665795894e-2f;
    static final float EXP_3 = 1.6666665459e-1f;
    static final float EXP_2 = 5.0000001201e-1f;

    /** From here down, {@link #exp} is 0. */
    static final float EXP_IS_0 = -87;

    private Elementwise() {}

    /**
     * e to the x, with a relative error below 2e-7: Cephes' {@code expf} (Moshier, 1989), with fused multiply-adds. Ours
     * because {@code Math.exp} may differ between JVMs in the last bit.
     */
    static float exp(float x) {
        if (!(x > EXP_IS_0)) {
            return Float.isNaN(x) ? x : 0;
        }
        if (x > 88) {
            return Float.POSITIVE_INFINITY;
        }
        float n = (float) Math.rint(x * LOG2_E);
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = EXP_7;
        p = Math.fma(p, r, EXP_6);
        p = Math.fma(p, r, EXP_5);
        p = Math.fma(p, r, EXP_4);
        p = Math.fma(p, r, EXP_3);
        p = Math.fma(p, r, EXP_2);
        float result = Math.fma(p * r, r, r) + 1;
        return result * Float.intBitsToFloat(((int) n + 127) << 23);
    }

    /**
     * Applies a layer's activation to some columns of {@code [rows][row]}.
     *
     * @param x weighted sums
     * @param y written to; may be {@code x}
     * @param from the first column
     * @param to the end of the columns
     */
    static void activate(LayerSpec layer, float[] x, float[] y, int rows, int row, int from, int to) {
        float alpha = (float) layer.alpha();
        for (int begin = from; begin < rows * row; begin += row) {
            int end = begin + to - from;
            switch (layer.activation()) {
                case RELU -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = Math.max(0, x[i]);
                    }
                }
                case SIGMOID -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = sigmoid(x[i]);
                    }
                }
                case TANH -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = tanh(x[i]);
                    }
                }
                case ELU -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = x[i] > 0 ? x[i] : alpha * expMinusOne(x[i]);
                    }
                }
                case LEAKY_RELU -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = x[i] > 0 ? x[i] : alpha * x[i];
                    }
                }
                case GELU -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = 0.5f * x[i] * (1 + tanh(geluArgument(x[i])));
                    }
                }
                case SWISH -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = x[i] * sigmoid(x[i]);
                    }
                }
                case MISH -> {
                    for (int i = begin; i < end; i++) {
                        y[i] = x[i] * tanhOfSoftplus(x[i]);
                    }
                }
            }
        }
    }

    private static float sigmoid(float x) {
        return 1 / (1 + exp(-x));
    }

    private static float expMinusOne(float x) {
        // Around 0 the difference would lose digits; four terms of the series are exact to a float there.
        return Math.abs(x) < 0.02f ? x * (1 + x * (0.5f + x * (1 / 6f + x * (1 / 24f)))) : exp(x) - 1;
    }

    private static float geluArgument(float x) {
        return 0.7978845608f * x * (1 + 0.044715f * x * x);
    }

    /** tanh(ln(1 + eˣ)) = ((1 + eˣ)² - 1) / ((1 + eˣ)² + 1), without its logarithm. */
    private static float tanhOfSoftplus(float x) {
        if (x > 20) {
            return 1;
        }
        float e = exp(x);
        return e * (e + 2) / (e * (e + 2) + 2);
    }

    private static float tanh(float x) {
        if (Math.abs(x) < 0.04f) {
            // Around 0 the quotient below would lose digits; three terms of the series are exact to a float there.
            float square = x * x;
            return x * (1 + square * (-1 / 3f + square * (2 / 15f)));
        }
        return 1 - 2 / (exp(2 * x) + 1);
    }

    /**
     * Multiplies some columns of {@code [rows][row]} by the slopes of a layer's activation.
     *
     * @param x weighted sums
     * @param y what the activation made of them
     * @param deltas multiplied in place
     * @param from the first column
     * @param to the end of the columns
     */
    static void multiplyBySlopes(
            LayerSpec layer, float[] x, float[] y, float[] deltas, int rows, int row, int from, int to) {
        float alpha = (float) layer.alpha();
        for (int begin = from; begin < rows * row; begin += row) {
            int end = begin + to - from;
            switch (layer.activation()) {
                case RELU -> throw new IllegalArgumentException("relu has a kernel of its own");
                case SIGMOID -> {
                    for (int i = begin; i < end; i++) {
                        deltas[i] *= y[i] * (1 - y[i]);
                    }
                }
                case TANH -> {
                    for (int i = begin; i < end; i++) {
                        deltas[i] *= 1 - y[i] * y[i];
                    }
                }
                case ELU -> {
                    for (int i = begin; i < end; i++) {
                        deltas[i] *= x[i] > 0 ? 1 : y[i] + alpha;
                    }
                }
                case LEAKY_RELU -> {
                    for (int i = begin; i < end; i++) {
                        deltas[i] *= x[i] > 0 ? 1 : alpha;
                    }
                }
                case GELU -> {
                    for (int i = begin; i < end; i++) {
                        deltas[i] *= geluSlope(x[i]);
                    }
                }
                case SWISH -> {
                    for (int i = begin; i < end; i++) {
                        float s = sigmoid(x[i]);
                        deltas[i] *= s * (1 + x[i] * (1 - s));
                    }
                }
                case MISH -> {
                    for (int i = begin; i < end; i++) {
                        float t = tanhOfSoftplus(x[i]);
                        deltas[i] *= t + x[i] * (1 - t * t) * sigmoid(x[i]);
                    }
                }
            }
        }
    }

    private static float geluSlope(float x) {
        float t = tanh(geluArgument(x));
        return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * 0.7978845608f * (1 + 3 * 0.044715f * x * x);
    }

    /**
     * Turns the logit of the second of two classes into the probabilities of both.
     *
     * @param to where they are written
     */
    static void sigmoids(float logit, float[] probabilities, int to) {
        // Each by itself: as 1 less the other, a small one would have lost its digits.
        probabilities[to] = sigmoid(-logit);
        probabilities[to + 1] = sigmoid(logit);
    }
}
