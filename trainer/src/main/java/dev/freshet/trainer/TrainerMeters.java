package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The trainer's meters, all there from the start, so that a dashboard shows 0 and not nothing. */
final class TrainerMeters {
    final Counter trained;
    final Counter heldOut;
    final Counter deadLettered;
    final Counter published;
    final Counter refused;
    final Counter stepsDiscarded;
    final Counter returns;
    final Counter checkpoints;
    final Timer step;
    final Timer evaluation;
    final Timer publish;
    private final MeterRegistry registry;
    // Written by the training thread, read by scrapes.
    private volatile @Nullable Evaluation candidate;
    private volatile @Nullable Evaluation champion;
    private volatile int holdOutExamples;
    private volatile long lag;

    TrainerMeters(MeterRegistry registry, Trainer trainer) {
        this.registry = registry;
        trained = Meters.TRAINER_RECORDS.counter(registry, "outcome", "trained");
        heldOut = Meters.TRAINER_RECORDS.counter(registry, "outcome", "held-out");
        deadLettered = Meters.TRAINER_RECORDS.counter(registry, "outcome", "dead-lettered");
        for (Reason reason : Reason.values()) {
            deadLetters(reason);
        }
        published = Meters.TRAINER_DECISIONS.counter(registry, "outcome", "published");
        refused = Meters.TRAINER_DECISIONS.counter(registry, "outcome", "refused");
        stepsDiscarded = Meters.TRAINER_STEPS_DISCARDED.counter(registry);
        returns = Meters.TRAINER_RETURNS.counter(registry);
        checkpoints = Meters.TRAINER_CHECKPOINTS.counter(registry);
        step = Meters.TRAINER_STEP_DURATION.timer(registry);
        evaluation = Meters.TRAINER_EVALUATION_DURATION.timer(registry);
        publish = Meters.TRAINER_PUBLISH_DURATION.timer(registry);
        Meters.TRAINER_PREQUENTIAL_LOSS.gauge(
                registry, () -> of(trainer.status().prequential(), Evaluation::loss));
        Meters.TRAINER_PREQUENTIAL_ACCURACY.gauge(
                registry, () -> of(trainer.status().prequential(), Evaluation::accuracy));
        Meters.TRAINER_HOLDOUT_LOSS.gauge(registry, () -> of(candidate, Evaluation::loss), "role", "candidate");
        Meters.TRAINER_HOLDOUT_LOSS.gauge(registry, () -> of(champion, Evaluation::loss), "role", "champion");
        Meters.TRAINER_HOLDOUT_ACCURACY.gauge(registry, () -> of(candidate, Evaluation::accuracy), "role", "candidate");
        Meters.TRAINER_HOLDOUT_ACCURACY.gauge(registry, () -> of(champion, Evaluation::accuracy), "role", "champion");
        Meters.TRAINER_HOLDOUT_EXAMPLES.gauge(registry, () -> holdOutExamples);
        Meters.TRAINER_PUBLISHED_VERSION.gauge(registry, () -> trainer.status().version());
        Meters.TRAINER_CONSUMER_LAG.gauge(registry, () -> lag);
    }

    Counter deadLetters(Reason reason) {
        return Meters.TRAINER_DEAD_LETTERS.counter(registry, "reason", RecordDecoder.nameOf(reason));
    }

    void evaluated(Evaluation candidate, @Nullable Evaluation champion) {
        this.candidate = candidate;
        this.champion = champion;
    }

    void polled(long lag, int holdOutExamples) {
        this.lag = lag;
        this.holdOutExamples = holdOutExamples;
    }

    private static double of(@Nullable Evaluation evaluation, ToDoubleFunction<Evaluation> figure) {
        return evaluation == null ? Double.NaN : figure.applyAsDouble(evaluation);
    }
}
