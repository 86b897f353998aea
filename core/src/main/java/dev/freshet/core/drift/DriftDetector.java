package dev.freshet.core.drift;

import dev.freshet.core.training.Resumable;

/**
 * Watches the prequential error and says when its rate has changed. Allocates nothing per observation. Belongs to one
 * thread.
 */
public sealed interface DriftDetector extends Resumable permits Adwin, PageHinkley {
    /** What one observation has shown. */
    enum Change {
        /** Nothing that chance would not explain. */
        NONE,
        /** The error rate has risen: drift. */
        RISE,
        /** The error rate has fallen: the network has learned, or what is hard has gone. No drift. */
        FALL
    }

    /**
     * Takes in one example's outcome, in the order of the stream.
     *
     * @param error whether it was answered wrongly before it was learned from
     */
    Change observe(boolean error);

    /** Share of wrong answers as the detector takes it to be now, in [0, 1]; NaN before the first observation. */
    double errorRate();
}
