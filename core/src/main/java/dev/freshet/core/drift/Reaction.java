package dev.freshet.core.drift;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/** What a trainer does about drift, as a function of the optimizer steps since then; {@link DriftResponse} counts them. */
public sealed interface Reaction {
    /** Drift is reported, and the network goes on learning as it does. */
    record None() implements Reaction {}

    /**
     * Learns faster for a while: the learning rate is multiplied by {@code factor^(1 - t/steps)}, t steps after the drift,
     * the same share less with each step.
     *
     * @param factor at the first step, in (1, 1000]
     * @param steps after which the rate is the usual one, at least 1
     */
    record Rewarm(double factor, long steps) implements Reaction {
        public Rewarm {
            requireThat(factor > 1 && factor <= 1_000, "rewarm-factor must be in (1, 1000], was " + factor);
            requireThat(steps >= 1, "reaction-steps must be at least 1, was " + steps);
        }
    }

    /**
     * Learns from another share of replayed examples for a while: more, to hold on to what is about to be forgotten, or
     * fewer, to let go of it.
     *
     * @param share of each mini-batch, in [0, 0.9]
     * @param steps for which it holds, at least 1
     */
    record Replay(double share, long steps) implements Reaction {
        public Replay {
            requireThat(share >= 0 && share <= 0.9, "replay-share must be in [0, 0.9], was " + share);
            requireThat(steps >= 1, "reaction-steps must be at least 1, was " + steps);
        }
    }

    /** Clears the optimizer's moments once: they were gathered on what is no longer so. */
    record ResetOptimizer() implements Reaction {}

    /**
     * By what the learning rate is multiplied.
     *
     * @param steps since the drift, from 0
     */
    default double learningRateFactor(long steps) {
        return this instanceof Rewarm rewarm && steps < rewarm.steps
                ? Math.pow(rewarm.factor, 1 - (double) steps / rewarm.steps)
                : 1;
    }

    /**
     * Share of replayed examples in a mini-batch.
     *
     * @param steps since the drift, from 0
     * @param usual share without drift
     */
    default double replayShare(long steps, double usual) {
        return this instanceof Replay replay && steps < replay.steps ? replay.share : usual;
    }

    /** Whether the optimizer's moments are cleared when there is drift. */
    default boolean resetsOptimizer() {
        return this instanceof ResetOptimizer;
    }

    /**
     * Reads the section {@code drift}; none where it says nothing: a false alarm then costs nothing, and a learning rate
     * that suits a stream follows most drifts by itself.
     */
    static Reaction from(Config drift) {
        enum Type {
            NONE,
            REWARM,
            REPLAY,
            RESET_OPTIMIZER
        }
        return switch (drift.oneOf("reaction", Type.NONE)) {
            case NONE -> new None();
            case REWARM -> new Rewarm(drift.number("rewarm-factor", 3, Interval.openClosed(1, 1_000)), steps(drift));
            case REPLAY -> new Replay(drift.number("replay-share", 0.5, Interval.closed(0, 0.9)), steps(drift));
            case RESET_OPTIMIZER -> new ResetOptimizer();
        };
    }

    private static long steps(Config drift) {
        return drift.wholeNumber("reaction-steps", 500, 1, 1_000_000_000);
    }

    private static void requireThat(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
