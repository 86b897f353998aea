package dev.freshet.bench.recovery;

import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.trainer.Learned;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Kills a trainer at random points, starts it again, and compares what it has become with one that was left alone: with one
 * partition, bit by bit; with four, whose records come in another order each time, example by example. Belongs to the main
 * thread.
 */
public final class RecoveryBenchmark {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Of the kills, which come before the first record of a life is dealt with. */
    private static final int ONE_IN = 8;

    /** Records for a life that is only to load its classes. */
    private static final int FEW = 1_000;

    private static final String UNDISTURBED = "undisturbed";
    private static final String KILLED = "killed";

    private final RecoveryOptions options;
    private final Path folder;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();
    private final Random random;
    private boolean isFlawless = true;

    /** @param folder for the broker's data and for logs */
    public RecoveryBenchmark(RecoveryOptions options, Path folder, PrintWriter out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
        this.random = new Random(options.seed());
    }

    /** Runs everything; takes a second or two a kill. */
    public List<Row> run() throws IOException, InterruptedException {
        try (Broker broker = Broker.start(folder.resolve("broker"))) {
            Pictures pictures = Pictures.in(options.data());
            out.printf(Locale.ROOT, "%,d records a topic (%s)%n", options.records(), pictures.description());
            out.flush();
            archiveClasses(broker, pictures);
            onePartition(broker, pictures);
            fourPartitions(broker, pictures);
        }
        return rows;
    }

    /**
     * One life to its end, after which the JVM writes down its classes as it has them in memory: each life after that begins
     * with those. Where the class path is none that can be archived, there is no file, and lives begin without.
     */
    private void archiveClasses(Broker broker, Pictures pictures) throws IOException, InterruptedException {
        KafkaSettings kafka = topic(broker, pictures, "archive.", 1, FEW);
        TrainerRun run = TrainerRun.start(
                kafka.bootstrapServers(), "archive.", 1, UNDISTURBED, "-XX:ArchiveClassesAtExit=" + archive(), log());
        run.awaitExit();
    }

    private Path archive() {
        return folder.resolve("trainer.jsa");
    }

    private TrainerRun start(KafkaSettings kafka, String model) throws IOException {
        return TrainerRun.start(
                kafka.bootstrapServers(),
                kafka.topics().prefix(),
                kafka.topics().partitions(),
                model,
                "-XX:SharedArchiveFile=" + archive(),
                log());
    }

    private void onePartition(Broker broker, Pictures pictures) throws IOException, InterruptedException {
        KafkaSettings kafka = topic(broker, pictures, "one.", 1, options.records());
        start(kafka, UNDISTURBED).end();
        List<Double> seconds = kill(kafka, options.kills());
        Learned expected = Learned.read(kafka, UNDISTURBED).orElseThrow();
        Learned actual = Learned.read(kafka, KILLED).orElseThrow();
        out.printf(
                Locale.ROOT,
                "1 partition, %d kills%n  undisturbed  %s%n  killed       %s%n",
                options.kills(),
                expected.sha256(),
                actual.sha256());
        boolean equal = expected.sha256().equals(actual.sha256());
        isFlawless &= equal;
        row("recovery kills", options.kills(), "kills");
        row("recovery hashes equal", equal ? 1 : 0, "of 1");
        row("recovery versions", (double) actual.version(), "versions");
        ledger("recovery", kafka);
        row("recovery time median", Figures.median(seconds), "s");
        row("recovery time worst", Collections.max(seconds), "s");
    }

    private void fourPartitions(Broker broker, Pictures pictures) throws IOException, InterruptedException {
        KafkaSettings kafka = topic(broker, pictures, "four.", 4, options.records());
        int kills = Math.max(1, options.kills() / 5);
        List<Double> unused = kill(kafka, kills);
        out.printf(Locale.ROOT, "4 partitions, %d kills%n", kills);
        row("recovery kills, 4 partitions", kills, "kills");
        ledger("recovery, 4 partitions", kafka);
    }

    /** Whether nothing was lost, learned twice or different. */
    public boolean isFlawless() {
        return isFlawless;
    }

    private void ledger(String name, KafkaSettings kafka) {
        Ledger ledger = Ledger.of(kafka, KILLED, TrainerProcess.settings(KILLED).holdOut());
        isFlawless &= ledger.twice() == 0 && ledger.skipped() == 0 && ledger.learned() == ledger.expected();
        row(name + " learned twice", (double) ledger.twice(), "records");
        row(name + " skipped", (double) ledger.skipped(), "records");
        row(name + " counted by the weights", (double) (ledger.learned() - ledger.expected()), "records too many");
    }

    private void row(String name, double value, String unit) {
        rows.add(Row.alone(name, value, unit));
        out.printf(Locale.ROOT, "  %-46s %,10.3f %s%n", name, value, unit);
        out.flush();
    }

    private KafkaSettings topic(Broker broker, Pictures pictures, String prefix, int partitions, int records)
            throws InterruptedException {
        KafkaSettings kafka = TrainerProcess.kafka(broker.settings().bootstrapServers(), prefix, partitions);
        TopicCreation.createMissing(kafka, PATIENCE, () -> false);
        ImageWriting.fill(kafka, kafka.topics().images(), pictures, records, true);
        return kafka;
    }

    /** @return seconds from each start after a kill to the first records that were dealt with */
    private List<Double> kill(KafkaSettings kafka, int kills) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int kill = 0; kill <= kills; kill++) {
            TrainerRun run = start(kafka, KILLED);
            if (kill == kills) {
                double first = run.await(1);
                run.end();
                addIfKnown(seconds, first);
            } else if (random.nextInt(ONE_IN) == 0) {
                // While it connects, reads its checkpoint, or later.
                Thread.sleep(random.nextInt(1_500));
                run.kill();
            } else {
                double first = run.await(1 + random.nextInt(2 * options.records() / (kills + 1)));
                run.kill();
                if (kill > 0) {
                    addIfKnown(seconds, first);
                }
            }
        }
        return seconds;
    }

    private static void addIfKnown(List<Double> seconds, double first) {
        if (!Double.isNaN(first)) {
            seconds.add(first);
        }
    }

    private Path log() {
        return folder.resolve("trainer.log");
    }
}
