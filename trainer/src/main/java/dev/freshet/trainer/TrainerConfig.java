package dev.freshet.trainer;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import dev.freshet.core.drift.DriftConfig;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.evaluation.Prequential;
import dev.freshet.core.model.ModelName;
import dev.freshet.core.training.Schedule;
import dev.freshet.core.training.Span;
import dev.freshet.core.training.TrainingSpec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one trainer.
 *
 * @param model name under which versions are published; one trainer at a time writes it
 * @param miniBatchSize examples per optimizer step, at least 1
 * @param training optimizer and all that belongs to it
 * @param schedule of the learning rate; in epochs only where there are some
 * @param epochs of a bounded run; null for a stream
 * @param holdOut some: without hold-out examples the gate would never publish
 * @param holdOutWindow newest hold-out examples that candidate and champion are compared on, at least 1
 * @param evaluationInterval trained examples between two decisions of the gate, at least 1; fewer at first
 * @param prequentialWindow newest examples that prequential loss and accuracy are taken over, at least 1
 * @param prequentialFading weight of an example against the one after it, in (0, 1], for those that fade instead
 * @param commitInterval time between two commits of offsets and dead letters
 * @param replay what a stream is learned from again; none where there are epochs
 * @param drift who watches the stream, and what is done then
 */
public record TrainerConfig(
        String model,
        int miniBatchSize,
        TrainingSpec training,
        Schedule schedule,
        @Nullable Epochs epochs,
        HoldOut holdOut,
        int holdOutWindow,
        int evaluationInterval,
        Gate gate,
        int prequentialWindow,
        double prequentialFading,
        Duration commitInterval,
        Recovery recovery,
        ReplaySpec replay,
        DriftConfig drift) {
    /** A network that has learned little changes fast: its first decisions come after this part of the interval. */
    private static final int FIRST_PART = 16;

    public TrainerConfig {
        ModelName.require(model);
        require(miniBatchSize >= 1, "mini-batch-size must be at least 1", miniBatchSize);
        require(
                !holdOut.isNone(),
                "hold-out-share must be greater than 0 (without hold-out examples nothing is ever published)",
                holdOut.share());
        require(
                epochs != null || schedule.spans().stream().noneMatch(span -> span.unit() == Span.Unit.EPOCHS),
                "schedule must be in steps where there are no epochs",
                schedule);
        require(holdOutWindow >= 1, "hold-out-window must be at least 1", holdOutWindow);
        require(evaluationInterval >= 1, "evaluation-interval must be at least 1", evaluationInterval);
        require(prequentialWindow >= 1, "prequential-window must be at least 1", prequentialWindow);
        require(
                prequentialFading > 0 && prequentialFading <= 1,
                "prequential-fading must be in (0, 1]",
                prequentialFading);
        require(!commitInterval.isNegative(), "commit-interval must not be negative", commitInterval);
    }

    /** Reads {@code model.name} and the section {@code trainer}. */
    public static TrainerConfig from(Config root) {
        Config trainer = root.section("trainer");
        Epochs epochs = Epochs.from(trainer);
        // The validation records of a bounded run do not change, and all of them count.
        int holdOutWindow = trainer.integer("hold-out-window", epochs == null ? 2_000 : 100_000, 1, 10_000_000);
        // A stream brings more of them; a bounded run has what it has.
        int minExamples = trainer.integer(
                "min-hold-out-examples", epochs == null ? Math.min(100, holdOutWindow) : 1, 1, 10_000_000);
        if (minExamples > holdOutWindow) {
            trainer.problem(
                    "min-hold-out-examples", minExamples, "must be at most hold-out-window (" + holdOutWindow + ")");
        }
        return new TrainerConfig(
                ModelName.from(root.section("model")),
                trainer.integer("mini-batch-size", 64, 1, 65_536),
                TrainingSpec.from(trainer),
                scheduleFrom(trainer.section("schedule"), epochs),
                epochs,
                holdOutFrom(trainer),
                holdOutWindow,
                trainer.integer("evaluation-interval", 20_000, 1, Integer.MAX_VALUE),
                gateFrom(trainer, minExamples),
                trainer.integer("prequential-window", 2_000, 1, 10_000_000),
                trainer.number("prequential-fading", Prequential.DEFAULT_FADING, Interval.openClosed(0, 1)),
                trainer.duration("commit-interval", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(5)),
                Recovery.from(trainer),
                replayFrom(trainer, epochs),
                DriftConfig.from(trainer));
    }

    /**
     * How many trained examples lie between a decision of the gate and the next: the interval, but no more than what was
     * learned before, so that a young network, which changes fast, is looked at more often.
     *
     * @param examples trained examples of the whole lineage at that decision
     */
    long examplesToNextEvaluation(long examples) {
        return Math.min(evaluationInterval, Math.max(examples, Math.max(1, evaluationInterval / FIRST_PART)));
    }

    private static Schedule scheduleFrom(Config section, @Nullable Epochs epochs) {
        Schedule schedule = Schedule.from(section, epochs == null ? 0 : epochs.count());
        for (Span span : schedule.spans()) {
            if (epochs == null && span.unit() == Span.Unit.EPOCHS) {
                section.problem("type", span, "must have its lengths in steps without trainer.epochs");
                return new Schedule.Constant();
            }
        }
        return schedule;
    }

    private static ReplaySpec replayFrom(Config trainer, @Nullable Epochs epochs) {
        ReplaySpec replay = ReplaySpec.from(trainer.section("replay"));
        if (replay.share() > 0 && epochs != null) {
            trainer.problem("replay.share", replay.share(), "must be left out with trainer.epochs");
        }
        return replay;
    }

    private static Gate gateFrom(Config trainer, int minExamples) {
        return new Gate(
                trainer.number("min-improvement", 0.001, Interval.closed(0, 100)),
                minExamples,
                trainer.number("min-confidence", 0, Interval.closedOpen(0, 1)),
                trainer.number("max-class-drop", 1, Interval.openClosed(0, 1)),
                trainer.integer("min-class-examples", Gate.DEFAULT_MIN_CLASS_EXAMPLES, 1, 10_000_000));
    }

    private static HoldOut holdOutFrom(Config trainer) {
        String prefix = trainer.text("hold-out-prefix", "");
        if (!prefix.isEmpty() && trainer.has("hold-out-share")) {
            trainer.problem("hold-out-share", "given", "must be left out with hold-out-prefix");
        }
        double share = trainer.number("hold-out-share", 0.1, Interval.openClosed(0, 0.9));
        return prefix.isEmpty() ? new HoldOut(share) : HoldOut.byPrefix(prefix);
    }

    private static void require(boolean condition, String rule, Object value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }
}
