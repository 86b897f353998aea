package dev.freshet.core.drift;

import java.nio.LongBuffer;

/**
 * The test of Page ("Continuous inspection schemes", 1954) and Hinkley for a rise of the mean, as Mouss et al. ("Test of
 * Page-Hinkley, an approach for fault detection in an agro-alimentary production system", 2004) run it on a stream: with
 * the mean x̄ of the observations so far,
 *
 * <pre>m ← m + x - x̄ - δ,  M ← min(M, m),  drift if m - M > λ</pre>
 *
 * <p>kept as {@code m - M} alone, which is {@code max(0, m - M + x - x̄ - δ)}. After a drift it begins anew.
 *
 * <p>Deviation: the mean fades by α (as the errors of Gama, Sebastião and Rodrigues, 2013, do), since a network that has
 * learned would else be measured for ever against the errors of its beginning. α = 1 is the test as published.
 */
public final class PageHinkley implements DriftDetector {
    private static final int LENGTH = 8;

    private final double delta;
    private final double lambda;
    private final double fading;
    private final long minExamples;

    private double fadedErrors;
    private double fadedExamples;
    private double excess;
    private long examples;

    /**
     * @param delta δ, rise of the error rate that is borne, in [0, 1)
     * @param lambda λ, wrong answers beyond those expected at which there is drift, greater than 0
     * @param fading α, weight of an observation in the mean against the one after it, in (0, 1]
     * @param minExamples observations without which there is no drift, at least 1
     */
    public PageHinkley(double delta, double lambda, double fading, long minExamples) {
        if (!(delta >= 0 && delta < 1) || !(lambda > 0) || !(fading > 0 && fading <= 1) || minExamples < 1) {
            throw new IllegalArgumentException(
                    "delta must be in [0, 1), lambda greater than 0, fading in (0, 1] and min-examples at least 1, were "
                            + delta + ", " + lambda + ", " + fading + " and " + minExamples);
        }
        this.delta = delta;
        this.lambda = lambda;
        this.fading = fading;
        this.minExamples = minExamples;
    }

    /** Never {@link Change#FALL}: the test is one-sided. */
    @Override
    public Change observe(boolean error) {
        double x = error ? 1 : 0;
        examples++;
        fadedErrors = x + fading * fadedErrors;
        fadedExamples = 1 + fading * fadedExamples;
        excess = Math.max(0, excess + x - errorRate() - delta);
        if (examples < minExamples || excess <= lambda) {
            return Change.NONE;
        }
        begin();
        return Change.RISE;
    }

    private void begin() {
        fadedErrors = 0;
        fadedExamples = 0;
        excess = 0;
        examples = 0;
    }

    /** The mean that observations are measured against. */
    @Override
    public double errorRate() {
        return fadedErrors / fadedExamples;
    }

    @Override
    public long[] state() {
        return new long[] {
            Double.doubleToRawLongBits(delta),
            Double.doubleToRawLongBits(lambda),
            Double.doubleToRawLongBits(fading),
            minExamples,
            Double.doubleToRawLongBits(fadedErrors),
            Double.doubleToRawLongBits(fadedExamples),
            Double.doubleToRawLongBits(excess),
            examples
        };
    }

    @Override
    public void restore(long[] state) {
        if (state.length != LENGTH
                || state[0] != Double.doubleToRawLongBits(delta)
                || state[1] != Double.doubleToRawLongBits(lambda)
                || state[2] != Double.doubleToRawLongBits(fading)
                || state[3] != minExamples) {
            throw new IllegalArgumentException("not the state of Page-Hinkley with delta " + delta + ", lambda "
                    + lambda + ", fading " + fading + " and min-examples " + minExamples);
        }
        LongBuffer from = LongBuffer.wrap(state, 4, 4);
        fadedErrors = Double.longBitsToDouble(from.get());
        fadedExamples = Double.longBitsToDouble(from.get());
        excess = Double.longBitsToDouble(from.get());
        examples = from.get();
    }
}
