package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Tally;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.Engine;
import dev.freshet.ingest.Ingest;
import dev.freshet.ingest.IngestConfig;
import dev.freshet.ingest.Progress;
import dev.freshet.ingest.source.ImageShape;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.launcher.Summary.ClassFigures;
import dev.freshet.launcher.report.DecisionGrid;
import dev.freshet.launcher.report.ReportWriter;
import dev.freshet.launcher.report.RunReport;
import dev.freshet.server.Server;
import dev.freshet.server.ServerConfig;
import dev.freshet.trainer.EpochFigures;
import dev.freshet.trainer.Trainer;
import dev.freshet.trainer.TrainerConfig;
import dev.freshet.trainer.TrainerStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One recipe, end to end through Kafka: the data set goes into a topic, a trainer learns it in epochs, or once as it comes, and
 * publishes through the gate, and the test images are answered by the served model.
 *
 * <p>Belongs to the main thread.
 */
final class RecipeRun {
    private static final long TICK_MILLIS = 100;

    private final String name;
    private final Config config;
    private final RecipeData data;
    private final TrainerConfig trainerConfig;
    private final ServerConfig serverConfig;
    private final ModelSpec spec;
    private final Engine engine;
    private final StatusLine out;
    private final long begun = System.nanoTime();
    private int toldEpochs;

    private RecipeRun(String name, Config config, RecipeData data, StatusLine out) {
        this.name = name;
        this.config = config;
        this.data = data;
        this.out = out;
        this.trainerConfig = TrainerConfig.from(config);
        this.serverConfig = ServerConfig.from(config);
        this.spec = ModelSpec.from(
                config.section("model"),
                DefaultModel.forData(data.stream().input(), data.stream().classes()));
        this.engine = Engines.fromForSharedCores(config);
    }

    /**
     * Reads everything that can be wrong before anything is started.
     *
     * @param source overrides the recipe's own
     * @throws IllegalArgumentException if a setting or the source is wrong
     */
    static RecipeRun of(String name, Config config, @Nullable String source, StatusLine out) throws IOException {
        Recipe recipe = Recipe.from(config);
        String data = source == null ? recipe.data() : source;
        if (data == null) {
            throw new IllegalArgumentException("--data is missing: recipe " + name + " learns " + recipe.dataSet()
                    + "; sources are " + SourceSpec.forms());
        }
        if (recipe.validation() != null) {
            config.override("trainer.hold-out-prefix", Recipe.VALIDATION_PREFIX);
        }
        SourceSpec spelt = SourceSpec.parse(data);
        SourceSpec sized = ImageShape.wanted(config).map(spelt::resizedTo).orElse(spelt);
        RecipeRun run = new RecipeRun(name, config, RecipeData.open(sized, recipe.validation()), out);
        // The recipe's own broker is the only one it talks to.
        config.section("kafka").passThrough();
        config.requireValid();
        return run;
    }

    /**
     * Runs until the model is tested, or until asked to stop.
     *
     * @param directory the broker's data; null for a temporary folder
     * @param writer of the report; null for none
     */
    Summary run(@Nullable Path directory, @Nullable ReportWriter writer, Stopping stopping) throws Exception {
        out.print("starting a Kafka broker, a trainer and a server (" + spec.summary() + " on " + engine.description()
                + ")");
        try (LocalKafka local = LocalKafka.start(directory)) {
            KafkaSettings kafka = local.settings(config, stopping);
            PrometheusMeterRegistry registry = Registries.create();
            Clock clock = Clock.systemUTC();
            try (Server server = new Server(serverConfig, engine, kafka, registry, clock).start();
                    TestRun tests = TestRun.open(kafka)) {
                out.print("gRPC, REST, /metrics and a page to look at: " + server.url());
                Ingest ingest =
                        new Ingest(IngestConfig.onePass(), kafka, data.stream(), registry, Progress.silent(), clock);
                Trainer trainer = new Trainer(trainerConfig, spec, kafka, engine, registry, clock);
                TrainingRate rate = new TrainingRate();
                long ingested = trainerConfig.epochs() == null
                        ? learnAsTheyCome(ingest, trainer, rate, stopping)
                        : learnInEpochs(ingest, trainer, rate, stopping);
                RecipeReport report = new RecipeReport(name, data, spec);
                Tally tally = test(tests, server, trainer.status(), report, stopping);
                if (tally.total() > 0) {
                    tell(tally, report, trainer.status(), server, tests, writer, stopping);
                }
                return summarise(ingested, trainer.status(), rate, server, tally);
            }
        }
    }

    private long learnInEpochs(Ingest ingest, Trainer trainer, TrainingRate rate, Stopping stopping)
            throws InterruptedException {
        long ingested = write(
                ingest,
                stopping,
                () -> String.format(
                        Locale.ROOT,
                        "writing %,d images to Kafka",
                        data.stream().size().orElseThrow()));
        try (Background work = Background.start("trainer", trainer::run)) {
            watch(work, stopping, trainer::stop, () -> {
                rate.update(trainer.status());
                tellOfEpochs(trainer.status());
                return line(trainer.status());
            });
        }
        tellOfEpochs(trainer.status());
        return ingested;
    }

    /** Every image once, by a trainer that runs before the first one is there. */
    private long learnAsTheyCome(Ingest ingest, Trainer trainer, TrainingRate rate, Stopping stopping)
            throws InterruptedException {
        Supplier<String> line = () -> {
            rate.update(trainer.status());
            return String.format(
                    Locale.ROOT,
                    "%,d images seen: %.2f %% right before learning, version %d published",
                    trainer.status().records(),
                    100 * trainer.status().prequentialAccuracy(),
                    trainer.status().version());
        };
        try (Background work = Background.start("trainer", trainer::run)) {
            long ingested = write(ingest, stopping, line);
            trainer.finish();
            watch(work, stopping, trainer::stop, line);
            return ingested;
        }
    }

    private long write(Ingest ingest, Stopping stopping, Supplier<String> line) throws InterruptedException {
        long[] acknowledged = new long[1];
        try (Background work = Background.start("ingest", () -> acknowledged[0] = ingest.run())) {
            watch(work, stopping, ingest::stop, line);
        }
        out.print(String.format(Locale.ROOT, "%,d images are in the topic", acknowledged[0]));
        return acknowledged[0];
    }

    private void watch(Background work, Stopping stopping, Runnable stop, Supplier<String> line)
            throws InterruptedException {
        while (!work.await(TICK_MILLIS)) {
            if (stopping.isAsked()) {
                stop.run();
            }
            out.show(line.get());
        }
    }

    private String line(TrainerStatus status) {
        long perEpoch = Math.max(1, status.trained());
        return String.format(
                Locale.ROOT,
                "epoch %d of %d: %,d examples learned, version %d published",
                status.epochs().size() + 1,
                trainerConfig.epochs() == null ? 0 : trainerConfig.epochs().count(),
                status.epochs().isEmpty() ? status.examples() : status.examples() % perEpoch,
                status.version());
    }

    private void tellOfEpochs(TrainerStatus status) {
        for (; toldEpochs < status.epochs().size(); toldEpochs++) {
            EpochFigures epoch = status.epochs().get(toldEpochs);
            Evaluation validation = epoch.validation();
            out.print(String.format(
                    Locale.ROOT,
                    "epoch %d: training loss %.4f, accuracy %.2f %%%s%s",
                    epoch.epoch(),
                    epoch.training().loss(),
                    100 * epoch.training().accuracy(),
                    validation == null
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "; validation loss %.4f, accuracy %.2f %%",
                                    validation.loss(),
                                    100 * validation.accuracy()),
                    epoch.publishedVersion() == null ? "" : "; version " + epoch.publishedVersion() + " published"));
        }
    }

    private Tally test(TestRun tests, Server server, TrainerStatus status, RecipeReport report, Stopping stopping)
            throws InterruptedException {
        if (status.version() == 0) {
            out.print(
                    status.heldOut() == 0
                            ? "there were no validation images to compare versions on, so none was published"
                            : "no version was better than guessing, so none was published and there is nothing to test");
            return new Tally(spec.classes().size());
        }
        Demo.awaitServed(server, status.version(), stopping);
        Tally tally = tests.run(data.test(), data.test().size().orElseThrow(), stopping::isAsked, report::answered)
                .tally();
        return tally;
    }

    private void tell(
            Tally test,
            RecipeReport collected,
            TrainerStatus status,
            Server server,
            TestRun tests,
            @Nullable ReportWriter writer,
            Stopping stopping)
            throws IOException {
        DecisionGrid regions = writer == null ? null : collected.decisionRegions(tests, stopping::isAsked);
        RunReport report = collected.of(trainerConfig, status, test, regions, wallSeconds());
        report.accuracyLines().forEach(out::print);
        out.print(String.format(
                Locale.ROOT,
                "test images through Kafka: %.2f %% right, loss %.4f, answered by version %d",
                100 * test.evaluation().accuracy(),
                test.evaluation().loss(),
                server.servedVersion()));
        if (writer != null) {
            writer.write(report);
            out.print("report: " + writer.page());
        }
    }

    private double wallSeconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    private Summary summarise(long ingested, TrainerStatus status, TrainingRate rate, Server server, Tally test) {
        Evaluation published = status.published();
        Evaluation tested = test.total() == 0 ? null : test.evaluation();
        return new Summary(
                ingested,
                status.trained(),
                status.heldOut(),
                status.deadLettered(),
                trainerConfig.epochs() == null ? null : status.epochs().size(),
                status.steps(),
                status.versionsPublished(),
                server.servedVersion() == 0 ? null : server.servedVersion(),
                published == null ? null : published.loss(),
                published == null ? null : published.accuracy(),
                tested == null ? null : tested.loss(),
                tested == null ? null : tested.accuracy(),
                tested == null ? null : test.correct(),
                tested == null ? null : test.total(),
                tested == null ? null : ClassFigures.of(spec.classes(), test),
                Double.isNaN(status.prequentialAccuracy()) ? null : status.prequentialAccuracy(),
                tested == null ? null : test.total(),
                rate.examplesPerSecond(),
                wallSeconds());
    }
}
