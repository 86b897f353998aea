package dev.freshet.core.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every meter that Freshet exports, with unit and description; dots become underscores in Prometheus.
 *
 * <p>Tags have few and fixed values. Registering the same meter twice gives the first one again.
 */
public enum Meters {
    INGEST_RECORDS("ingest.records", null, "Records acknowledged by the broker"),
    INGEST_SEND_DURATION("ingest.send.duration", null, "From handing a record to the producer to its acknowledgement"),

    TRAINER_ENGINE("trainer.engine", null, "Always 1; what the trainer computes with, in the tags engine and device"),
    TRAINER_RECORDS(
            "trainer.records",
            null,
            "Records taken from the images topic, by outcome: trained, held-out, dead-lettered"),
    TRAINER_DEAD_LETTERS("trainer.dead.letters", null, "Records sent to the dead-letter topic, by reason"),
    TRAINER_STEP_DURATION("trainer.step.duration", null, "One optimizer step on one mini-batch"),
    TRAINER_STEPS_DISCARDED(
            "trainer.steps.discarded", null, "Steps not applied because the loss or a gradient was not finite"),
    TRAINER_RETURNS(
            "trainer.returns",
            null,
            "Times that the trainer went back to a checkpoint since its weights had gone wrong"),
    TRAINER_CHECKPOINTS("trainer.checkpoints", null, "Checkpoints written besides those that come with a version"),
    TRAINER_EVALUATION_DURATION(
            "trainer.evaluation.duration", null, "Scoring candidate and champion on the hold-out window"),
    TRAINER_PREQUENTIAL_LOSS(
            "trainer.prequential.loss", "nats", "Mean cross-entropy before learning, over the newest examples"),
    TRAINER_PREQUENTIAL_ACCURACY(
            "trainer.prequential.accuracy", null, "Accuracy before learning, over the newest examples"),
    TRAINER_FADING_LOSS("trainer.fading.loss", "nats", "Mean cross-entropy before learning, older examples fading"),
    TRAINER_FADING_ACCURACY("trainer.fading.accuracy", null, "Accuracy before learning, older examples fading"),
    TRAINER_PREQUENTIAL_KAPPA(
            "trainer.prequential.kappa",
            null,
            "Cohen's kappa before learning, over the newest examples: 0 is chance, 1 is perfect"),
    TRAINER_CLASS_ACCURACY(
            "trainer.class.accuracy", null, "Accuracy before learning, over the newest examples of each class"),
    TRAINER_LEARNING_RATE("trainer.learning.rate", null, "Learning rate of the newest step"),
    TRAINER_REPLAYED("trainer.replayed", null, "Examples learned from again, drawn from the replay memory"),
    TRAINER_DRIFTS("trainer.drifts", null, "Times that the error rate before learning was found to have risen"),
    TRAINER_REFUSAL_STREAK(
            "trainer.refusal.streak", null, "Decisions of the gate in a row that did not lead to a version"),
    TRAINER_HOLDOUT_LOSS(
            "trainer.holdout.loss", "nats", "Mean cross-entropy on the hold-out window, by role: candidate, champion"),
    TRAINER_HOLDOUT_ACCURACY(
            "trainer.holdout.accuracy", null, "Accuracy on the hold-out window, by role: candidate, champion"),
    TRAINER_HOLDOUT_EXAMPLES("trainer.holdout.examples", null, "Examples in the hold-out window"),
    TRAINER_DECISIONS("trainer.decisions", null, "Decisions of the gate, by outcome: published, refused"),
    TRAINER_PUBLISHED_VERSION("trainer.published.version", null, "Newest version that this trainer published or found"),
    TRAINER_PUBLISH_DURATION("trainer.publish.duration", null, "Encoding, sending and committing one version"),
    TRAINER_CONSUMER_LAG("trainer.consumer.lag", "records", "Records in the images topic that are not yet consumed"),

    SERVER_ENGINE("server.engine", null, "Always 1; what the server computes with, in the tags engine and device"),
    SERVER_PREDICTIONS("server.predictions", null, "Examples scored, by path: grpc, http, kafka"),
    SERVER_SCORED("server.scored", null, "Examples scored, by what the version was there for: main, canary, named"),
    SERVER_PREDICTION_DURATION(
            "server.prediction.duration", null, "From request to answer, by path: grpc, http, kafka"),
    SERVER_SCORING_DURATION(
            "server.scoring.duration", null, "Scoring one batch, by path: api (gRPC and HTTP together), kafka"),
    SERVER_BATCH_EXAMPLES("server.batch.examples", null, "Examples over gRPC and HTTP that were scored together"),
    SERVER_QUEUE_EXAMPLES("server.queue.examples", null, "Examples over gRPC and HTTP that wait to be scored"),
    SERVER_REQUESTS_SHED(
            "server.requests.shed",
            null,
            "Requests over gRPC and HTTP given up before scoring, by reason: overloaded, deadline-exceeded, cancelled"),
    SERVER_REQUESTS_FAILED("server.requests.failed", null, "Requests answered with an error, by path and reason"),
    SERVER_DEAD_LETTERS("server.dead.letters", null, "Requests sent to the dead-letter topic, by reason"),
    SERVER_SERVED_VERSION("server.served.version", null, "Version that answers now; 0 before the first"),
    SERVER_CANARY_VERSION(
            "server.canary.version",
            null,
            "Version that answers a share of the requests beside the served; 0 for none"),
    SERVER_SHADOW_VERSION("server.shadow.version", null, "Version that scores what the others answer; 0 for none"),
    SERVER_SHADOW_COMPARED(
            "server.shadow.compared",
            null,
            "Examples that the shadow scored, too, by whether it named the same class: agreed, disagreed"),
    SERVER_SHADOW_CONTESTS(
            "server.shadow.contests",
            null,
            "Compared examples of known class, by who named it: both, shadow, served, neither"),
    SERVER_SHADOW_DROPPED(
            "server.shadow.dropped", null, "Examples that the shadow did not score, by reason: queue-full, other-spec"),
    SERVER_SNAPSHOT_AGE("server.snapshot.age", "seconds", "Time since the served version was published"),
    SERVER_SWAP_DURATION("server.swap.duration", null, "Loading and warming up one version until it can be served"),
    SERVER_VERSIONS_LOADED("server.versions.loaded", null, "Versions loaded"),
    SERVER_VERSIONS_REFUSED(
            "server.versions.refused",
            null,
            "Published versions that were damaged or could not be loaded, and are not served"),
    SERVER_CONSUMER_LAG("server.consumer.lag", "records", "Records in the requests topic that are not yet consumed");

    private final String name;
    private final @Nullable String unit;
    private final String description;

    Meters(String name, @Nullable String unit, String description) {
        this.name = "freshet." + name;
        this.unit = unit;
        this.description = description;
    }

    /** What a meter is, which decides the names that it has in Prometheus. */
    enum Kind {
        COUNTER,
        GAUGE,
        SUMMARY,
        TIMER
    }

    /** As Micrometer knows it, such as {@code freshet.trainer.records}. */
    public String meterName() {
        return name;
    }

    public String description() {
        return description;
    }

    Kind kind() {
        return switch (this) {
            case INGEST_RECORDS,
                    TRAINER_RECORDS,
                    TRAINER_DEAD_LETTERS,
                    TRAINER_STEPS_DISCARDED,
                    TRAINER_RETURNS,
                    TRAINER_REPLAYED,
                    TRAINER_DRIFTS,
                    TRAINER_CHECKPOINTS,
                    TRAINER_DECISIONS,
                    SERVER_PREDICTIONS,
                    SERVER_SCORED,
                    SERVER_REQUESTS_FAILED,
                    SERVER_REQUESTS_SHED,
                    SERVER_DEAD_LETTERS,
                    SERVER_SHADOW_COMPARED,
                    SERVER_SHADOW_CONTESTS,
                    SERVER_SHADOW_DROPPED,
                    SERVER_VERSIONS_LOADED,
                    SERVER_VERSIONS_REFUSED -> Kind.COUNTER;
            case TRAINER_ENGINE,
                    TRAINER_PREQUENTIAL_LOSS,
                    TRAINER_PREQUENTIAL_ACCURACY,
                    TRAINER_FADING_LOSS,
                    TRAINER_FADING_ACCURACY,
                    TRAINER_PREQUENTIAL_KAPPA,
                    TRAINER_CLASS_ACCURACY,
                    TRAINER_LEARNING_RATE,
                    TRAINER_REFUSAL_STREAK,
                    TRAINER_HOLDOUT_LOSS,
                    TRAINER_HOLDOUT_ACCURACY,
                    TRAINER_HOLDOUT_EXAMPLES,
                    TRAINER_PUBLISHED_VERSION,
                    TRAINER_CONSUMER_LAG,
                    SERVER_ENGINE,
                    SERVER_QUEUE_EXAMPLES,
                    SERVER_SERVED_VERSION,
                    SERVER_CANARY_VERSION,
                    SERVER_SHADOW_VERSION,
                    SERVER_SNAPSHOT_AGE,
                    SERVER_CONSUMER_LAG -> Kind.GAUGE;
            case SERVER_BATCH_EXAMPLES -> Kind.SUMMARY;
            case INGEST_SEND_DURATION,
                    TRAINER_STEP_DURATION,
                    TRAINER_EVALUATION_DURATION,
                    TRAINER_PUBLISH_DURATION,
                    SERVER_PREDICTION_DURATION,
                    SERVER_SCORING_DURATION,
                    SERVER_SWAP_DURATION -> Kind.TIMER;
        };
    }

    /** A dashboard asks for the names of one kind; a meter of another kind would leave its panel empty. */
    private void require(Kind asked) {
        if (asked != kind()) {
            throw new IllegalStateException(name + " is a " + kind() + ", not a " + asked);
        }
    }

    /** @param tags key, value, key, value, … */
    public Counter counter(MeterRegistry registry, String... tags) {
        require(Kind.COUNTER);
        return Counter.builder(name)
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /**
     * A timer whose histogram spans 100 µs to 10 s.
     *
     * @param tags key, value, key, value, …
     */
    public Timer timer(MeterRegistry registry, String... tags) {
        require(Kind.TIMER);
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(100_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }

    /**
     * Of sizes, whose histogram has the powers of two up to 65536.
     *
     * @param tags key, value, key, value, …
     */
    public DistributionSummary summary(MeterRegistry registry, String... tags) {
        require(Kind.SUMMARY);
        return DistributionSummary.builder(name)
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(IntStream.rangeClosed(0, 16)
                        .mapToDouble(power -> 1 << power)
                        .toArray())
                .register(registry);
    }

    /**
     * A gauge that asks at every scrape, on the scrape's thread.
     *
     * @param tags key, value, key, value, …
     */
    public Gauge gauge(MeterRegistry registry, Supplier<Number> value, String... tags) {
        require(Kind.GAUGE);
        return Gauge.builder(name, value)
                .baseUnit(unit)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
