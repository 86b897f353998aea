package dev.freshet.core.drift;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import java.util.Optional;

/** Which detector watches the prequential error, and how it is set. */
public sealed interface DetectorSpec {
    /** Nobody watches. */
    record None() implements DetectorSpec {}

    /**
     * {@link Adwin}.
     *
     * @param delta in (0, 1)
     * @param maxBuckets at least 2
     * @param checkInterval at least 1
     */
    record AdwinSpec(double delta, int maxBuckets, int checkInterval) implements DetectorSpec {
        /**
         * The authors' own: 0.4 false alarms in a million examples or fewer, whatever the error rate, while a rise from
         * 0.05 to 0.3 is found within 80 examples (median; docs/drift.md).
         */
        public static final AdwinSpec DEFAULT = new AdwinSpec(0.002, 5, 32);

        public AdwinSpec {
            // For its checks.
            new Adwin(delta, maxBuckets, checkInterval);
        }
    }

    /**
     * {@link PageHinkley}.
     *
     * @param delta in [0, 1)
     * @param lambda greater than 0
     * @param fading in (0, 1]
     * @param minExamples at least 1
     */
    record PageHinkleySpec(double delta, double lambda, double fading, long minExamples) implements DetectorSpec {
        /**
         * The customary 0.005 and 50 give 30 false alarms in a million examples at an error rate of 0.3; these give fewer
         * than one, and find a rise from 0.05 to 0.3 within 177 examples (median; docs/drift.md).
         */
        public static final PageHinkleySpec DEFAULT = new PageHinkleySpec(0.025, 40, 0.9999, 500);

        public PageHinkleySpec {
            // For its checks.
            new PageHinkley(delta, lambda, fading, minExamples);
        }
    }

    /** A detector that has seen nothing; empty for {@link None}. */
    default Optional<DriftDetector> create() {
        if (this instanceof AdwinSpec adwin) {
            return Optional.of(new Adwin(adwin.delta, adwin.maxBuckets, adwin.checkInterval));
        } else if (this instanceof PageHinkleySpec test) {
            return Optional.of(new PageHinkley(test.delta, test.lambda, test.fading, test.minExamples));
        }
        return Optional.empty();
    }

    /** Reads the section {@code drift}; ADWIN where it says nothing, as it needs to know nothing about the stream. */
    static DetectorSpec from(Config drift) {
        enum Type {
            NONE,
            ADWIN,
            PAGE_HINKLEY
        }
        AdwinSpec adwin = AdwinSpec.DEFAULT;
        PageHinkleySpec test = PageHinkleySpec.DEFAULT;
        return switch (drift.oneOf("detector", Type.ADWIN)) {
            case NONE -> new None();
            case ADWIN ->
                new AdwinSpec(
                        drift.number("delta", adwin.delta, Interval.open(0, 1)),
                        drift.integer("max-buckets", adwin.maxBuckets, 2, 1_000),
                        drift.integer("check-interval", adwin.checkInterval, 1, 1_000_000));
            case PAGE_HINKLEY ->
                new PageHinkleySpec(
                        drift.number("delta", test.delta, Interval.closedOpen(0, 1)),
                        drift.number("lambda", test.lambda, Interval.openClosed(0, 1e9)),
                        drift.number("fading", test.fading, Interval.openClosed(0, 1)),
                        drift.wholeNumber("min-examples", test.minExamples, 1, 1_000_000_000));
        };
    }
}
