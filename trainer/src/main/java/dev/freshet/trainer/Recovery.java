package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import java.time.Duration;

/**
 * What a trainer keeps to go on from, and when it goes back to it.
 *
 * @param checkpointInterval time between two checkpoints; each version brings one anyway
 * @param replayableVersions newest versions whose state is kept, so that the next one can be replayed from it, at least 1
 * @param keptVersions newest versions that stay in the topic of versions, at least {@code replayableVersions}; 0 for all
 * @param discardedSteps in a row that are not finite, after which the weights are what is wrong, at least 1
 * @param learningRateFactor of the learning rate after going back, in (0, 1]
 */
public record Recovery(
        Duration checkpointInterval,
        int replayableVersions,
        int keptVersions,
        int discardedSteps,
        double learningRateFactor) {
    /**
     * Ten seconds are learned again in less than that; a hundred versions are more than anybody looks back at, and few enough
     * to be read at a start; five batches in a row are no single bad record.
     */
    public static final Recovery DEFAULT = new Recovery(Duration.ofSeconds(10), 10, 100, 5, 0.5);

    /** Of versions that are kept. */
    private static final int ALL = 0;

    public Recovery {
        if (checkpointInterval.isNegative()
                || replayableVersions < 1
                || (keptVersions != ALL && keptVersions < replayableVersions)
                || discardedSteps < 1
                || !(learningRateFactor > 0 && learningRateFactor <= 1)) {
            throw new IllegalArgumentException("checkpoint-interval must not be negative, replayable-versions and"
                    + " max-discarded-steps at least 1, kept-versions 0 or at least replayable-versions, return-factor in"
                    + " (0, 1], were " + checkpointInterval + ", " + replayableVersions + ", " + discardedSteps + ", "
                    + keptVersions + ", " + learningRateFactor);
        }
    }

    /** Reads what stands in the section {@code trainer}. */
    static Recovery from(Config trainer) {
        int replayable = trainer.integer("replayable-versions", DEFAULT.replayableVersions, 1, 10_000);
        return new Recovery(
                trainer.duration("checkpoint-interval", DEFAULT.checkpointInterval, Duration.ZERO, Duration.ofHours(1)),
                replayable,
                keptVersions(trainer, replayable),
                trainer.integer("max-discarded-steps", DEFAULT.discardedSteps, 1, 1_000_000),
                trainer.number("return-factor", DEFAULT.learningRateFactor, Interval.openClosed(0, 1)));
    }

    /** A version whose parent is not there any more cannot be compared with it. */
    private static int keptVersions(Config trainer, int replayable) {
        int least = Math.max(DEFAULT.keptVersions, replayable);
        int kept = trainer.integer("kept-versions", least, ALL, 1_000_000);
        if (kept != ALL && kept < replayable) {
            trainer.problem("kept-versions", kept, "must be 0, or at least replayable-versions (" + replayable + ")");
            return least;
        }
        return kept;
    }
}
