package dev.freshet.bench.scoring;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.kafka.TopicEnd;
import dev.freshet.bench.process.JavaCommand;
import dev.freshet.bench.process.Peer;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import dev.freshet.core.model.ModelSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;

/**
 * Kills a server at random points while it answers a topic full of requests, starts it again, and counts the committed answers
 * by id. Belongs to the main thread.
 */
public final class ServingRecoveryBenchmark {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int COMMIT_INTERVAL_MILLIS = 100;
    private static final String GROUP = "killed";

    private final ServingRecoveryOptions options;
    private final Path folder;
    private final PrintWriter out;
    private final Random random;
    private final List<Row> rows = new ArrayList<>();
    private final List<Double> seconds = new ArrayList<>();
    private boolean isFlawless;

    /** @param folder for the broker's data and for logs */
    public ServingRecoveryBenchmark(ServingRecoveryOptions options, Path folder, PrintWriter out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
        this.random = new Random(options.seed());
    }

    /** Runs everything; takes two or three seconds a kill. */
    public List<Row> run() throws IOException, InterruptedException {
        try (Broker broker = Broker.start(folder.resolve("broker"))) {
            ModelSpec spec = Configuration.CRAYFISH.model();
            ScoringBenchmark.publish(broker.settings(), spec);
            Pictures pictures = Pictures.in(options.data());
            out.printf(
                    Locale.ROOT,
                    "%,d requests (%s), %d partitions, net %s%n",
                    options.requests(),
                    pictures.description(),
                    broker.topics().partitions(),
                    spec.summary());
            out.flush();
            ImageWriting.fill(broker.settings(), broker.topics().requests(), pictures, options.requests(), false);
            int inTheMiddle = kill(broker);
            report(inTheMiddle, committed(broker));
        }
        return rows;
    }

    /** Whether every request has exactly one answer, though the server was killed while some had none. */
    public boolean isFlawless() {
        return isFlawless;
    }

    /** @return kills after which some requests had no answer yet */
    private int kill(Broker broker) throws IOException, InterruptedException {
        int inTheMiddle = 0;
        try (AnswerWatch watch = new AnswerWatch(broker.settings())) {
            for (int kill = 0; kill < options.kills(); kill++) {
                try (Peer server = start(broker)) {
                    answerSome(server, watch, kill);
                    server.kill();
                }
                inTheMiddle += watch.seen() < options.requests() ? 1 : 0;
            }
            try (Peer server = start(broker)) {
                answerFirst(server, watch, options.kills());
                watch.await(options.requests(), PATIENCE);
                // Commits whatever it still holds, so that an answer too many is seen.
                server.order("stop");
            }
        }
        return inTheMiddle;
    }

    private Peer start(Broker broker) throws IOException {
        List<String> command = JavaCommand.withKernels(
                FreshetScoring.class, List.of(broker.settings().bootstrapServers()));
        return Peer.start("the server", command, Map.of(), folder.resolve("server.log"));
    }

    /** Up to a random point of this life's share of the requests, and some way into the transaction after it. */
    private void answerSome(Peer server, AnswerWatch watch, int kill) throws InterruptedException {
        answerFirst(server, watch, kill);
        long left = options.requests() - watch.seen();
        long share = left / (options.kills() - kill + 1);
        if (share > 0) {
            watch.await(watch.seen() + random.nextLong(share), PATIENCE);
        }
        Thread.sleep(random.nextInt(COMMIT_INTERVAL_MILLIS));
    }

    private void answerFirst(Peer server, AnswerWatch watch, int kill) {
        long begun = System.nanoTime();
        long before = watch.seen();
        server.order("start", GROUP, Guarantee.EXACTLY_ONCE.name());
        if (before < options.requests()) {
            long first = watch.await(before + 1, PATIENCE);
            if (kill > 0) {
                seconds.add((first - begun) / 1e9);
            }
        }
    }

    private static Answers committed(Broker broker) throws InterruptedException {
        TopicEnd predictions = broker.end(broker.topics().predictions());
        Map<TopicPartition, Long> ends = predictions.offsets();
        Map<TopicPartition, Long> begin = new HashMap<>();
        ends.keySet().forEach(partition -> begin.put(partition, 0L));
        return Answers.read(broker.settings(), begin, ends);
    }

    private void report(int inTheMiddle, Answers answers) {
        int missing = options.requests() - answers.requests();
        long twice = answers.total() - answers.requests();
        isFlawless = missing == 0 && twice == 0 && inTheMiddle > 0;
        row("kills", options.kills(), "kills");
        row("kills before the last answer", inTheMiddle, "kills");
        row("answers", (double) answers.total(), "answers");
        row("missing", missing, "requests");
        row("twice", (double) twice, "answers too many");
        if (!seconds.isEmpty()) {
            row("restart to first answer, median", Figures.median(seconds), "s");
            row("restart to first answer, worst", Collections.max(seconds), "s");
        }
    }

    private void row(String name, double value, String unit) {
        rows.add(Row.alone(name, value, unit));
        out.printf(Locale.ROOT, "  %-34s %,12.3f %s%n", name, value, unit);
        out.flush();
    }
}
