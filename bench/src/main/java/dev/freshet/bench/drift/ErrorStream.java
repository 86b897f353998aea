package dev.freshet.bench.drift;

import dev.freshet.core.drift.DriftDetector;
import dev.freshet.core.drift.DriftDetector.Change;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;

/** A simulated stream of right and wrong answers. Belongs to one thread. */
final class ErrorStream {
    private final SplittableRandom random;

    ErrorStream(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Shows the next errors to a detector.
     *
     * @param errorRate of each of them, which are numbered from 0
     * @return how often it said that there were more
     */
    int rises(DriftDetector detector, long examples, LongToDoubleFunction errorRate) {
        int rises = 0;
        for (long i = 0; i < examples; i++) {
            rises += rises(detector, errorRate.applyAsDouble(i)) ? 1 : 0;
        }
        return rises;
    }

    /**
     * Shows errors until the detector says that there are more.
     *
     * @return how many it took; infinite if so many were not enough
     */
    double untilRise(DriftDetector detector, long most, LongToDoubleFunction errorRate) {
        for (long i = 0; i < most; i++) {
            if (rises(detector, errorRate.applyAsDouble(i))) {
                return i + 1;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private boolean rises(DriftDetector detector, double errorRate) {
        return detector.observe(random.nextDouble() < errorRate) == Change.RISE;
    }
}
