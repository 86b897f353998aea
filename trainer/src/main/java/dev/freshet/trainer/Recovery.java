package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import java.time.Duration;

/**
 * What a trainer keeps to go on from, and when it goes back to it.
 *
 * @param checkpointInterval time between two checkpoints; each version brings one anyway
 * @param replayableVersions newest versions whose state is kept, so that the next one can be replayed from it, at least 1
 * @param discardedSteps in a row that are not finite, after which the weights are what is wrong, at least 1
 * @param learningRateFactor of the learning rate after going back, in (0, 1]
 */
public record Recovery(
        Duration checkpointInterval, int replayableVersions, int discardedSteps, double learningRateFactor) {
    /** Ten seconds are learned again in less than that; five batches in a row are no single bad record. */
    public static final Recovery DEFAULT = new Recovery(Duration.ofSeconds(10), 10, 5, 0.5);

    public Recovery {
        if (checkpointInterval.isNegative()
                || replayableVersions < 1
                || discardedSteps < 1
                || !(learningRateFactor > 0 && learningRateFactor <= 1)) {
            throw new IllegalArgumentException("checkpoint-interval must not be negative, replayable-versions and"
                    + " max-discarded-steps at least 1, return-factor in (0, 1], were " + checkpointInterval + ", "
                    + replayableVersions + ", " + discardedSteps + ", " + learningRateFactor);
        }
    }

    /** Reads what stands in the section {@code trainer}. */
    static Recovery from(Config trainer) {
        return new Recovery(
                trainer.duration("checkpoint-interval", DEFAULT.checkpointInterval, Duration.ZERO, Duration.ofHours(1)),
                trainer.integer("replayable-versions", DEFAULT.replayableVersions, 1, 10_000),
                trainer.integer("max-discarded-steps", DEFAULT.discardedSteps, 1, 1_000_000),
                trainer.number("return-factor", DEFAULT.learningRateFactor, Interval.openClosed(0, 1)));
    }
}
