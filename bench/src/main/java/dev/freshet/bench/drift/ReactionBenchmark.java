package dev.freshet.bench.drift;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.trainer.Learned;
import dev.freshet.trainer.Rehearsal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A trainer learns images, which drift in the course of the stream, and does one thing or another about it: the records that
 * {@code ingest} would send, learned from as a trainer does it, without a broker between them. Belongs to the main thread.
 */
public final class ReactionBenchmark {
    private static final int LOOK_EVERY = 50;
    private static final String DIGITS = "digits";
    private static final String MNIST = "mnist";

    private final ReactionOptions options;
    private final Trial trial;
    private final List<Upheaval> upheavals;
    private final List<Setting> settings;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();
    private boolean isFlawless = true;

    /**
     * @param out gets a line for each run, and tables at the end
     * @throws IllegalArgumentException if an option names what there is not
     */
    public ReactionBenchmark(ReactionOptions options, PrintWriter out) {
        this.options = options;
        this.trial = new Trial(options.optimizer(), options.driftAt(), options.records());
        this.upheavals = options.scenarios().stream().map(Upheaval::named).toList();
        this.settings = options.reactions().stream().map(Setting::named).toList();
        this.out = out;
        for (String dataSet : options.dataSets()) {
            if (!dataSet.equals(DIGITS) && !dataSet.equals(MNIST)) {
                throw new IllegalArgumentException("--data-set: \"" + dataSet + "\" is neither digits nor mnist");
            }
        }
    }

    /** What came of one setting in one upheaval, with one seed. */
    private record Result(Aftermath aftermath, long moreErrors) {}

    /** The same with all seeds. */
    private static final class Results {
        private final Map<String, List<Result>> byName = new HashMap<>();

        void add(Upheaval upheaval, Setting setting, Result result) {
            byName.computeIfAbsent(upheaval.name() + "/" + setting.name(), name -> new ArrayList<>())
                    .add(result);
        }

        /** The median; infinite for never. */
        double median(Upheaval upheaval, Setting setting, ToDoubleFunction<Result> figure) {
            return Figures.median(requireNonNull(byName.get(upheaval.name() + "/" + setting.name())).stream()
                    .mapToDouble(figure)
                    .boxed()
                    .toList());
        }
    }

    /** Takes a second or two for each run of 60,000 records. */
    public List<Row> run() throws IOException, InterruptedException {
        for (String dataSet : options.dataSets()) {
            Path folder = options.data().resolve(MNIST);
            if (dataSet.equals(MNIST) && !Files.isDirectory(folder)) {
                out.printf(
                        "mnist is left out: there is no folder %s; FRESHET_DATA names the folder of data sets%n",
                        folder);
                continue;
            }
            run(dataSet, folder);
        }
        return List.copyOf(rows);
    }

    private void run(String dataSet, Path folder) throws IOException, InterruptedException {
        Results results = new Results();
        List<Double> before = new ArrayList<>();
        long falseAlarms = 0;
        ImageSource mnist = dataSet.equals(MNIST) ? remembered("idx:" + folder) : null;
        for (int seed = 1; seed <= options.seeds(); seed++) {
            ImageSource images = mnist != null ? mnist : remembered("digits:" + seed);
            Aftermath calm = new Aftermath(options.driftAt(), Double.NaN);
            learn(
                    calm,
                    trial.rehearsal(images, Upheaval.CALM, Setting.NONE, seed),
                    trial.records(images, Upheaval.CALM, seed));
            before.add(calm.before());
            falseAlarms += calm.alarms();
            for (Upheaval upheaval : upheavals) {
                List<ProducerRecord<byte[], byte[]>> records = trial.records(images, upheaval, seed);
                for (Setting setting : settings) {
                    Aftermath aftermath = new Aftermath(options.driftAt(), calm.before());
                    learn(aftermath, trial.rehearsal(images, upheaval, setting, seed), records);
                    Result result = new Result(aftermath, aftermath.errors() - calm.errors());
                    results.add(upheaval, setting, result);
                    progress(dataSet, seed, upheaval, setting, result);
                }
            }
        }
        String title = dataSet + ", " + options.optimizer();
        rows.add(Row.alone(title + ", accuracy before", Figures.median(before), "of 1"));
        rows.add(Row.alone(title + ", alarms without drift", (double) falseAlarms, "of " + options.seeds() + " runs"));
        out.printf(
                Locale.ROOT,
                "%n%s: accuracy before %.3f, %d alarms in %d runs without drift%n",
                title,
                Figures.median(before),
                falseAlarms,
                options.seeds());
        table(title, results);
    }

    private static ImageSource remembered(String source) throws IOException {
        return new Remembered(SourceSpec.parse(source).open(Split.TRAIN));
    }

    private static void learn(Aftermath aftermath, Rehearsal rehearsal, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException {
        Learned unused = rehearsal.learn(records, LOOK_EVERY, aftermath::look);
    }

    private void progress(String dataSet, int seed, Upheaval upheaval, Setting setting, Result result) {
        Aftermath aftermath = result.aftermath();
        out.printf(
                Locale.ROOT,
                "%s %d of %d, %s, %s: %.3f, then %.3f; found after %s, back after %s, %,d more errors%n",
                dataSet,
                seed,
                options.seeds(),
                upheaval.name(),
                setting.name(),
                aftermath.before(),
                aftermath.lowest(),
                text(aftermath.foundAfter()),
                text(aftermath.backAfter()),
                result.moreErrors());
        out.flush();
    }

    /** Two, in Markdown: when the accuracy is back, and what it has cost. */
    private void table(String title, Results results) {
        String header = settings.stream().map(Setting::name).collect(joining(" | "));
        String rule = "|---".repeat(settings.size());
        out.printf("%n| back after | found after | lowest | %s |%n|---|---|---%s|%n", header, rule);
        for (Upheaval upheaval : upheavals) {
            if (!upheaval.isFalse()) {
                Setting first = settings.get(0);
                double found = results.median(
                        upheaval, first, result -> result.aftermath().foundAfter());
                double lowest = results.median(
                        upheaval, first, result -> result.aftermath().lowest());
                row(title, upheaval, first, "found after", found, "records");
                row(title, upheaval, first, "lowest accuracy", lowest, "of 1");
                out.printf(
                        Locale.ROOT,
                        "| %s | %s | %.3f | %s |%n",
                        upheaval.name(),
                        text(found),
                        lowest,
                        cells(setting -> row(
                                title,
                                upheaval,
                                setting,
                                "back after",
                                results.median(upheaval, setting, result -> result.aftermath()
                                        .backAfter()),
                                "records")));
            }
        }
        out.printf("%n| more errors | %s |%n|---%s|%n", header, rule);
        for (Upheaval upheaval : upheavals) {
            out.printf(
                    "| %s | %s |%n",
                    upheaval.name(),
                    cells(setting -> row(
                            title,
                            upheaval,
                            setting,
                            "more errors",
                            results.median(upheaval, setting, Result::moreErrors),
                            "examples")));
        }
        out.flush();
    }

    private String cells(Function<Setting, String> cell) {
        return settings.stream().map(cell).collect(joining(" | "));
    }

    /** What never was is no row of the report. */
    private String row(String title, Upheaval upheaval, Setting setting, String what, double value, String unit) {
        if (Double.isFinite(value)) {
            rows.add(Row.alone(String.join(", ", title, upheaval.name(), setting.name(), what), value, unit));
        }
        return text(value);
    }

    private static String text(double value) {
        return Double.isInfinite(value) ? "never" : String.format(Locale.ROOT, "%,.0f", value);
    }

    /**
     * One scenario with every reaction once more, as {@code ingest} and a trainer do it, through a broker.
     *
     * @param folder for the broker's data
     */
    public List<Row> runThroughKafka(Path folder) throws IOException, InterruptedException {
        List<Row> compared = new ArrayList<>();
        Upheaval upheaval = upheavals.get(0);
        ImageSource images = remembered("digits:1");
        List<ProducerRecord<byte[], byte[]>> records = trial.records(images, upheaval, 1);
        out.printf("%nthrough ingest, Kafka and a trainer: %s, digits, seed 1%n", upheaval.name());
        try (ThroughKafka kafka = ThroughKafka.ingest(folder, trial, images, upheaval)) {
            for (Setting setting : settings) {
                Rehearsal rehearsal = trial.rehearsal(images, upheaval, setting, 1);
                String expected =
                        rehearsal.learn(records, LOOK_EVERY, look -> {}).sha256();
                String actual = kafka.learn(setting);
                boolean equal = actual.equals(expected);
                isFlawless &= equal;
                compared.add(Row.alone(
                        String.join(", ", "through Kafka", upheaval.name(), setting.name(), "hashes equal"),
                        equal ? 1 : 0,
                        "of 1"));
                out.printf("  %-16s in memory    %s%n%18s through Kafka %s%n", setting.name(), expected, "", actual);
                out.flush();
            }
        }
        return compared;
    }

    /** Whether all that went through Kafka, if any, gave the same weights as what did not. */
    public boolean isFlawless() {
        return isFlawless;
    }
}
