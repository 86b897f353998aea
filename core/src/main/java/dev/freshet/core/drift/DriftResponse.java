package dev.freshet.core.drift;

import dev.freshet.core.training.Resumable;

/**
 * The reaction to the newest drift, followed from step to step. A drift in the middle of a reaction begins it anew.
 * Belongs to the training thread.
 */
public final class DriftResponse implements Resumable {
    private static final long NEVER = -1;

    private final Reaction reaction;
    private long driftedAt = NEVER;
    private long drifts;

    public DriftResponse(Reaction reaction) {
        this.reaction = reaction;
    }

    /**
     * To be called when a detector has said {@link DriftDetector.Change#RISE}.
     *
     * @param steps optimizer steps done so far
     */
    public void drifted(long steps) {
        driftedAt = steps;
        drifts++;
    }

    /**
     * By what the learning rate of the next step is multiplied.
     *
     * @param steps optimizer steps done so far
     */
    public double learningRateFactor(long steps) {
        return driftedAt == NEVER ? 1 : reaction.learningRateFactor(steps - driftedAt);
    }

    /**
     * Share of replayed examples in the next mini-batch.
     *
     * @param steps optimizer steps done so far
     * @param usual share without drift
     */
    public double replayShare(long steps, double usual) {
        return driftedAt == NEVER ? usual : reaction.replayShare(steps - driftedAt, usual);
    }

    /** Drifts so far. */
    public long drifts() {
        return drifts;
    }

    /** Of any reaction: a trainer that is set otherwise goes on with the drift that it is after. */
    @Override
    public long[] state() {
        return new long[] {driftedAt, drifts};
    }

    @Override
    public void restore(long[] state) {
        if (state.length != 2 || state[0] < NEVER || state[1] < 0) {
            throw new IllegalArgumentException("not the state of a response to drift");
        }
        driftedAt = state[0];
        drifts = state[1];
    }
}
