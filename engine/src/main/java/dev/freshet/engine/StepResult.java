package dev.freshet.engine;

/**
 * What became of one mini-batch.
 *
 * @param loss its mean loss before the step, as in training: with dropout and with its own mean and variance where the net
 *     has them; natural logarithm, without penalties; may be infinite or NaN
 * @param correct examples whose most probable class was their label, likewise
 * @param outcome whether the weights have changed
 */
public record StepResult(double loss, int correct, Outcome outcome) {
    /** What can become of a mini-batch. */
    public enum Outcome {
        /** The weights have moved. */
        APPLIED,
        /** Its gradient waits for those of the mini-batches that follow; at most running means and variances have moved. */
        ACCUMULATED,
        /** The loss or a gradient was not finite: nothing has changed. */
        DISCARDED
    }

    /** Whether it was learned from, now or with the mini-batches that follow. */
    public boolean isLearned() {
        return outcome != Outcome.DISCARDED;
    }

    /** A mini-batch whose loss or gradient is not finite. */
    public static StepResult discarded(double loss) {
        return new StepResult(loss, 0, Outcome.DISCARDED);
    }
}
