package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.ModelSpec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.function.Supplier;
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
    final Counter replayed;
    final Counter drifts;
    final Timer step;
    final Timer evaluation;
    final Timer publish;
    private final MeterRegistry registry;
    // Written by the training thread, read by scrapes.
    private volatile @Nullable Evaluation candidate;
    private volatile @Nullable Evaluation champion;
    private volatile Figures figures = Figures.NOTHING_YET;
    private volatile long lag;

    /**
     * Of the newest examples and steps.
     *
     * @param refusals decisions of the gate in a row that did not lead to a version
     * @param fading loss and accuracy before learning, older examples fading; null before the first
     * @param kappa before learning, over the newest examples
     * @param accuracyByClass likewise
     */
    record Figures(
            int holdOutExamples,
            double learningRate,
            long refusals,
            @Nullable Evaluation fading,
            double kappa,
            List<Double> accuracyByClass) {
        static final Figures NOTHING_YET = new Figures(0, Double.NaN, 0, null, Double.NaN, List.of());

        double accuracy(int label) {
            return label < accuracyByClass.size() ? accuracyByClass.get(label) : Double.NaN;
        }
    }

    /** @param status the newest, asked for at each scrape */
    TrainerMeters(MeterRegistry registry, Supplier<TrainerStatus> status, List<String> classes) {
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
        replayed = Meters.TRAINER_REPLAYED.counter(registry);
        drifts = Meters.TRAINER_DRIFTS.counter(registry);
        step = Meters.TRAINER_STEP_DURATION.timer(registry);
        evaluation = Meters.TRAINER_EVALUATION_DURATION.timer(registry);
        publish = Meters.TRAINER_PUBLISH_DURATION.timer(registry);
        Meters.TRAINER_PREQUENTIAL_LOSS.gauge(registry, () -> of(status.get().prequential(), Evaluation::loss));
        Meters.TRAINER_PREQUENTIAL_ACCURACY.gauge(
                registry, () -> of(status.get().prequential(), Evaluation::accuracy));
        Meters.TRAINER_HOLDOUT_LOSS.gauge(registry, () -> of(candidate, Evaluation::loss), "role", "candidate");
        Meters.TRAINER_HOLDOUT_LOSS.gauge(registry, () -> of(champion, Evaluation::loss), "role", "champion");
        Meters.TRAINER_HOLDOUT_ACCURACY.gauge(registry, () -> of(candidate, Evaluation::accuracy), "role", "candidate");
        Meters.TRAINER_HOLDOUT_ACCURACY.gauge(registry, () -> of(champion, Evaluation::accuracy), "role", "champion");
        Meters.TRAINER_HOLDOUT_EXAMPLES.gauge(registry, () -> figures.holdOutExamples());
        Meters.TRAINER_LEARNING_RATE.gauge(registry, () -> figures.learningRate());
        Meters.TRAINER_REFUSAL_STREAK.gauge(registry, () -> figures.refusals());
        Meters.TRAINER_FADING_LOSS.gauge(registry, () -> of(figures.fading(), Evaluation::loss));
        Meters.TRAINER_FADING_ACCURACY.gauge(registry, () -> of(figures.fading(), Evaluation::accuracy));
        Meters.TRAINER_PREQUENTIAL_KAPPA.gauge(registry, () -> figures.kappa());
        for (int i = 0; i < classes.size(); i++) {
            int label = i;
            Meters.TRAINER_CLASS_ACCURACY.gauge(registry, () -> figures.accuracy(label), "class", classes.get(i));
        }
        Meters.TRAINER_PUBLISHED_VERSION.gauge(registry, () -> status.get().version());
        Meters.TRAINER_CONSUMER_LAG.gauge(registry, () -> lag);
    }

    /** For a run that nobody scrapes. */
    static TrainerMeters unheard(ModelSpec spec) {
        return new TrainerMeters(new SimpleMeterRegistry(), () -> TrainerStatus.NOTHING_YET, spec.classes());
    }

    Counter deadLetters(Reason reason) {
        return Meters.TRAINER_DEAD_LETTERS.counter(registry, "reason", RecordDecoder.nameOf(reason));
    }

    void evaluated(Evaluation candidate, @Nullable Evaluation champion) {
        this.candidate = candidate;
        this.champion = champion;
    }

    void polled(long lag, Figures figures) {
        this.lag = lag;
        this.figures = figures;
    }

    private static double of(@Nullable Evaluation evaluation, ToDoubleFunction<Evaluation> figure) {
        return evaluation == null ? Double.NaN : figure.applyAsDouble(evaluation);
    }
}
