package dev.freshet.core.drift;

import dev.freshet.core.drift.DriftDetector.Change;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;

/** A simulated stream of right and wrong answers. */
final class Bernoulli {
    private final SplittableRandom random;

    Bernoulli(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Shows the next errors to a detector, as many as are asked for.
     *
     * @param errorRate of each of them, which are numbered from 0
     * @return how often the detector said this
     */
    int count(DriftDetector detector, Change change, long examples, LongToDoubleFunction errorRate) {
        int count = 0;
        for (long i = 0; i < examples; i++) {
            count += detector.observe(next(errorRate.applyAsDouble(i))) == change ? 1 : 0;
        }
        return count;
    }

    /** Shows errors until the detector says that there are more of them; how many it took, or the most if it did not. */
    long untilRise(DriftDetector detector, long most, LongToDoubleFunction errorRate) {
        for (long i = 0; i < most; i++) {
            if (detector.observe(next(errorRate.applyAsDouble(i))) == Change.RISE) {
                return i + 1;
            }
        }
        return most;
    }

    boolean next(double errorRate) {
        return random.nextDouble() < errorRate;
    }
}
