package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Tally;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Resize;
import dev.freshet.engine.Engine;
import dev.freshet.ingest.Ingest;
import dev.freshet.ingest.IngestConfig;
import dev.freshet.ingest.Progress;
import dev.freshet.ingest.drift.DriftScript;
import dev.freshet.ingest.source.ImageShape;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.launcher.Summary.ClassFigures;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.trainer.Trainer;
import dev.freshet.trainer.TrainerConfig;
import dev.freshet.trainer.TrainerStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Broker, ingest, trainer and server in one JVM, each as it runs on its own elsewhere, talking through Kafka only.
 *
 * <p>Belongs to the main thread.
 */
final class Demo {
    /** Of an endless stream that nobody limits: enough to watch it learn, little enough to leave the machine usable. */
    /** Whoever watches wants to see versions come. */
    private static final int EVALUATION_INTERVAL = 2_000;

    private static final double DEFAULT_RATE = 1_000;

    private static final long DEFAULT_RECORDS = 20_000;
    /** Of an endless source. */
    private static final long TEST_IMAGES = 5_000;

    private static final long LIVE_TEST_IMAGES = 500;
    private static final Duration LIVE_TEST_INTERVAL = Duration.ofSeconds(10);
    private static final long TICK_MILLIS = 200;

    private final IngestConfig ingestConfig;
    private final TrainerConfig trainerConfig;
    private final ServerConfig serverConfig;
    private final ModelSpec spec;
    private final Engine engine;
    private final Config config;
    private final ImageSource trainImages;
    private final ImageSource testImages;
    private final @Nullable Path directory;
    private final boolean exitWhenDone;
    private final boolean endless;
    private final StatusLine out;
    private final long begun = System.nanoTime();
    private long predictions;
    private long toldVersion;

    private Demo(
            Config config,
            ImageSource trainImages,
            ImageSource testImages,
            @Nullable Path directory,
            boolean exitWhenDone,
            StatusLine out) {
        this.config = config;
        this.trainImages = trainImages;
        this.testImages = testImages;
        this.directory = directory;
        this.exitWhenDone = exitWhenDone;
        this.out = out;
        this.ingestConfig = IngestConfig.from(config.section("ingest"));
        this.endless = trainImages.size().isEmpty() && ingestConfig.limit().isEmpty();
        this.trainerConfig = TrainerConfig.from(config);
        this.serverConfig = ServerConfig.from(config);
        InputSpec input = trainImages.input();
        // Whoever learns from pictures of all sizes asks about pictures of all sizes.
        this.spec = ModelSpec.from(
                config.section("model"),
                DefaultModel.forData(
                        ImageShape.wanted(config).isPresent() ? input.withResize(Resize.BILINEAR) : input,
                        trainImages.classes()));
        this.engine = Engines.fromForSharedCores(config);
    }

    /**
     * Reads everything that can be wrong before anything is started.
     *
     * @param directory the broker's data; null for a temporary folder
     * @throws IllegalArgumentException if a setting or the source is wrong
     */
    static Demo of(Config config, String data, @Nullable Path directory, boolean exitWhenDone, StatusLine out)
            throws IOException {
        SourceSpec spelt = SourceSpec.parse(data);
        SourceSpec source = ImageShape.wanted(config).map(spelt::resizedTo).orElse(spelt);
        ImageSource trainImages = source.open(Split.TRAIN);
        Config ingest = config.section("ingest");
        if (trainImages.size().isEmpty() && !ingest.has("limit")) {
            config.override("ingest.limit", exitWhenDone ? DEFAULT_RECORDS : null);
            config.override("ingest.rate", exitWhenDone || ingest.has("rate") ? null : DEFAULT_RATE);
        }
        config.override(
                "trainer.evaluation-interval",
                config.section("trainer").has("evaluation-interval") ? null : EVALUATION_INTERVAL);
        Demo demo = new Demo(config, trainImages, source.open(Split.TEST), directory, exitWhenDone, out);
        if (demo.trainerConfig.epochs() != null) {
            config.section("trainer")
                    .problem(
                            "epochs",
                            demo.trainerConfig.epochs().count(),
                            "must be left out in a demo, which learns a stream");
        }
        // The demo's own broker is the only one it talks to.
        config.section("kafka").passThrough();
        config.requireValid();
        demo.requireFittingDrift();
        return demo;
    }

    /** Which classes there are, only the source knows. */
    private void requireFittingDrift() {
        DriftScript unused = DriftScript.of(ingestConfig.drifts(), trainImages, ingestConfig.driftSeed());
    }

    /** Runs until all is learned and tested, or until asked to stop. */
    Summary run(Stopping stopping) throws Exception {
        out.print("starting a Kafka broker, a trainer and a server (" + spec.summary() + " on " + engine.description()
                + ")");
        try (LocalKafka kafka = LocalKafka.start(directory)) {
            return learnAndServe(kafka.settings(config, stopping), stopping);
        }
    }

    private Summary learnAndServe(KafkaSettings kafka, Stopping stopping) throws Exception {
        PrometheusMeterRegistry registry = Registries.create();
        Clock clock = Clock.systemUTC();
        Trainer trainer = new Trainer(trainerConfig, spec, kafka, engine, registry, clock);
        Ingest ingest = new Ingest(ingestConfig, kafka, trainImages, registry, Progress.silent(), clock);
        try (Server server = new Server(serverConfig, engine, kafka, registry, clock).start();
                TestRun tests = TestRun.open(kafka);
                Background training = Background.start("trainer", trainer::run);
                Ingested ingested = new Ingested(ingest)) {
            out.print("gRPC, REST, /metrics and a page to look at: " + server.url());
            TrainingRate rate = watch(ingested, training, trainer, server, tests, stopping);
            ingest.stop();
            trainer.stop();
            Tally test = new Tally(spec.classes().size());
            if (!stopping.isAsked()) {
                awaitServed(server, trainer.status().version(), stopping);
                test = finalTest(tests, server, stopping);
            }
            Summary summary = summarise(ingested.records(), trainer.status(), rate, server, test);
            if (!stopping.isAsked() && !exitWhenDone) {
                out.print("serving version " + server.servedVersion() + " until Ctrl-C");
                stopping.await();
            }
            training.await(3_000);
            return summary;
        }
    }

    /** Shows how it goes until everything is learned, or until asked to stop. */
    private TrainingRate watch(
            Ingested ingested, Background training, Trainer trainer, Server server, TestRun tests, Stopping stopping)
            throws InterruptedException {
        TrainingRate rate = new TrainingRate();
        long testedAt = System.nanoTime();
        @Nullable Evaluation live = null;
        boolean finishing = false;
        while (!stopping.await(Duration.ofMillis(TICK_MILLIS))) {
            rate.update(trainer.status());
            tellOfNewVersion(trainer.status());
            out.show(line(trainer.status(), server, live));
            if (!finishing && ingested.isDone()) {
                finishing = true;
                trainer.finish();
            }
            if (training.await(0)) {
                break;
            }
            if (server.termination().isCompletedExceptionally()) {
                server.awaitTermination();
            }
            boolean due = System.nanoTime() - testedAt > LIVE_TEST_INTERVAL.toNanos();
            if (endless && due && server.servedVersion() > 0) {
                Tally tally = tests.run(testImages, LIVE_TEST_IMAGES, stopping::isAsked)
                        .tally();
                predictions += tally.total();
                live = tally.total() == 0 ? null : tally.evaluation();
                testedAt = System.nanoTime();
            }
        }
        rate.update(trainer.status());
        tellOfNewVersion(trainer.status());
        out.print(line(trainer.status(), server, live));
        return rate;
    }

    private void tellOfNewVersion(TrainerStatus status) {
        Evaluation published = status.published();
        if (published != null && status.version() > toldVersion) {
            toldVersion = status.version();
            out.print(String.format(
                    Locale.ROOT,
                    "version %d published after %,d records: loss %.4f, accuracy %.2f %% on %,d held-out images",
                    status.version(),
                    status.records(),
                    published.loss(),
                    100 * published.accuracy(),
                    published.examples()));
        }
    }

    private static String line(TrainerStatus status, Server server, @Nullable Evaluation live) {
        StringBuilder line = new StringBuilder();
        line.append(String.format(Locale.ROOT, "%,d records", status.records()));
        if (status.deadLettered() > 0) {
            line.append(String.format(Locale.ROOT, " (%,d dead-lettered)", status.deadLettered()));
        }
        append(line, "before learning", status.prequential());
        append(line, "held out", status.holdOut());
        line.append(String.format(
                Locale.ROOT, " | version %d published, %d served", status.version(), server.servedVersion()));
        append(line, "served to requests", live);
        return line.toString();
    }

    private static void append(StringBuilder line, String name, @Nullable Evaluation evaluation) {
        if (evaluation != null) {
            line.append(String.format(
                    Locale.ROOT, " | %s: loss %.3f, %.1f %%", name, evaluation.loss(), 100 * evaluation.accuracy()));
        }
    }

    /** Blocks until the server answers with this version or a newer one. */
    static void awaitServed(Server server, long version, Stopping stopping) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (server.servedVersion() < version && !stopping.await(Duration.ofMillis(10))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("version " + version
                        + " was published, but the server still answers with " + server.servedVersion());
            }
        }
    }

    private Tally finalTest(TestRun tests, Server server, Stopping stopping) {
        if (server.servedVersion() == 0) {
            out.print("no version was better than guessing, so none was published and there is nothing to test");
            return new Tally(spec.classes().size());
        }
        TestRun.Result result = tests.run(testImages, testImages.size().orElse(TEST_IMAGES), stopping::isAsked);
        Tally tally = result.tally();
        predictions += tally.total();
        if (tally.total() > 0) {
            out.print(String.format(
                    Locale.ROOT,
                    "test images through Kafka: %,d of %,d right (%.2f %%), loss %.4f, answered by version %s",
                    tally.correct(),
                    tally.total(),
                    100 * tally.evaluation().accuracy(),
                    tally.evaluation().loss(),
                    result.versions().stream()
                            .map(String::valueOf)
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("none")));
        }
        return tally;
    }

    private Summary summarise(
            @Nullable Long ingested, TrainerStatus status, TrainingRate rate, Server server, Tally test) {
        @Nullable Evaluation tested = test.total() == 0 ? null : test.evaluation();
        @Nullable Evaluation holdOut = status.published();
        return new Summary(
                ingested,
                status.trained(),
                status.heldOut(),
                status.deadLettered(),
                trainImages.size().isEmpty() ? null : ingestConfig.epochs(),
                status.steps(),
                status.versionsPublished(),
                server.servedVersion() == 0 ? null : server.servedVersion(),
                holdOut == null ? null : holdOut.loss(),
                holdOut == null ? null : holdOut.accuracy(),
                tested == null ? null : tested.loss(),
                tested == null ? null : tested.accuracy(),
                tested == null ? null : test.correct(),
                tested == null ? null : test.total(),
                tested == null ? null : ClassFigures.of(spec.classes(), test),
                Double.isNaN(status.prequentialAccuracy()) ? null : status.prequentialAccuracy(),
                predictions == 0 ? null : predictions,
                rate.examplesPerSecond(),
                (System.nanoTime() - begun) / 1e9);
    }

    /** The ingest on its thread, with what it returned. */
    private static final class Ingested implements AutoCloseable {
        private final Background background;
        private volatile @Nullable Long records;

        Ingested(Ingest ingest) {
            background = Background.start("ingest", () -> records = ingest.run());
        }

        /** @throws IllegalStateException if it failed */
        boolean isDone() throws InterruptedException {
            return background.await(0);
        }

        /** Null while it is running. */
        @Nullable
        Long records() {
            return records;
        }

        @Override
        public void close() {
            background.close();
        }
    }
}
