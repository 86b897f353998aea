package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import dev.freshet.core.drift.Reaction;
import dev.freshet.core.replay.ClassBalancedReservoir;
import dev.freshet.core.replay.ReplayIndex;
import dev.freshet.core.replay.Reservoir;

/**
 * How much of what a stream has brought is learned from again.
 *
 * @param share of each mini-batch that is drawn from the memory, in [0, 0.95]
 * @param capacity examples in the memory, at least 1
 * @param selection which examples stay in it
 */
public record ReplaySpec(double share, int capacity, Selection selection) {
    /** Each record once, as it comes. */
    public static final ReplaySpec NONE = new ReplaySpec(0, 10_000, Selection.RESERVOIR);

    public ReplaySpec {
        if (!(share >= 0 && share <= 0.95) || capacity < 1) {
            throw new IllegalArgumentException(
                    "share must be in [0, 0.95] and capacity at least 1, were " + share + " and " + capacity);
        }
    }

    /** Which examples a full memory keeps. */
    public enum Selection {
        /** {@link Reservoir}. */
        RESERVOIR,
        /** {@link ClassBalancedReservoir}. */
        CLASS_BALANCED
    }

    /** Reads the section {@code replay}. */
    static ReplaySpec from(Config replay) {
        return new ReplaySpec(
                replay.number("share", NONE.share, Interval.closed(0, 0.95)),
                replay.integer("capacity", NONE.capacity, 1, 10_000_000),
                replay.oneOf("selection", NONE.selection));
    }

    /** Whether examples have to be kept: for every mini-batch, or for those after a drift. */
    boolean isNeeded(Reaction reaction) {
        return share > 0 || reaction instanceof Reaction.Replay;
    }

    ReplayIndex index(int classes, long seed) {
        return switch (selection) {
            case RESERVOIR -> new Reservoir(capacity, seed);
            case CLASS_BALANCED -> new ClassBalancedReservoir(capacity, classes, seed);
        };
    }
}
