package dev.freshet.bench.scoring;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.process.JavaCommand;
import dev.freshet.bench.process.Peer;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import dev.freshet.bench.serving.Latencies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The way through Kafka, exactly once, in turns with {@link EchoScoring}: the rate at which a full topic is answered, and how
 * long single requests take that come at a rate which both sides can keep. Belongs to the main thread.
 */
public final class KafkaEchoBenchmark {
    private static final String ECHO = "echo on the same stack";
    private static final Guarantee GUARANTEE = Guarantee.EXACTLY_ONCE;
    private static final int PACE = 1_000;

    private final ScoringOptions options;
    private final Duration length;
    private final Path folder;
    private final PrintWriter out;

    /**
     * @param options of which the guarantees do not count
     * @param length of a turn of single requests
     * @param folder for the broker's data and for logs
     */
    public KafkaEchoBenchmark(ScoringOptions options, Duration length, Path folder, PrintWriter out) {
        this.options = options;
        this.length = length;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes a minute or two. */
    public List<Row> run() throws IOException, InterruptedException {
        try (Broker broker = Broker.start(folder.resolve("kafka-path"))) {
            var unused = ScoringBenchmark.publish(broker.settings(), Configuration.CRAYFISH.model());
            Pictures pictures = Pictures.in(options.data());
            ImageWriting.fill(broker.settings(), broker.topics().requests(), pictures, options.requests(), false);
            Rounds rounds = new Rounds(broker, options.requests(), out);
            try (Peer server = start("Freshet", FreshetScoring.class, broker, List.of())) {
                byte[] answer =
                        rounds.run(GUARANTEE, server, "warm-up").answers().first();
                try (Peer echo = start(
                        "echo",
                        EchoScoring.class,
                        broker,
                        List.of(Base64.getEncoder().encodeToString(answer)))) {
                    var unusedRound = rounds.run(GUARANTEE, echo, "warm-up");
                    return compare(rounds, new PacedRequests(broker, pictures, PACE, length), server, echo);
                }
            }
        }
    }

    private Peer start(String name, Class<?> main, Broker broker, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.add(0, broker.settings().bootstrapServers());
        List<String> command = JavaCommand.withKernels(main, all);
        return Peer.start(name, command, Map.of(), folder.resolve(main.getSimpleName() + ".log"));
    }

    private List<Row> compare(Rounds rounds, PacedRequests paced, Peer server, Peer echo) throws InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> echoed = new ArrayList<>();
        for (int round = 1; round <= options.rounds(); round++) {
            ours.add(rounds.run(GUARANTEE, server, "round-" + round).rate());
            echoed.add(rounds.run(GUARANTEE, echo, "round-" + round).rate());
        }
        List<Latencies> ourTimes = new ArrayList<>();
        List<Latencies> echoTimes = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            ourTimes.add(times(server, paced));
            echoTimes.add(times(echo, paced));
        }
        Row rate = Row.against("Kafka, requests", Figures.median(ours), "requests/s", Figures.median(echoed), ECHO);
        out.printf(
                Locale.ROOT,
                "Kafka: %,.0f requests/s, the echo %,.0f: %.2f of it%n",
                rate.value(),
                rate.baseline(),
                rate.ratio());
        List<Row> rows = new ArrayList<>(List.of(rate));
        for (double share : new double[] {0.5, 0.99}) {
            String which = String.format(Locale.ROOT, "Kafka, p%.0f", 100 * share);
            Row time = Row.ofTime(which, millis(ourTimes, share), "ms", millis(echoTimes, share), ECHO);
            rows.add(time);
            out.printf(
                    Locale.ROOT,
                    "  %s of %,d requests/s %.1f ms, the echo %.1f ms%n",
                    which,
                    PACE,
                    time.value(),
                    time.baseline());
        }
        out.flush();
        return rows;
    }

    /** In the group of the last round, which has answered what the topic was full of. */
    private Latencies times(Peer peer, PacedRequests paced) throws InterruptedException {
        peer.order("start", Rounds.group(GUARANTEE, peer, "round-" + options.rounds()), GUARANTEE.name());
        Latencies latencies = paced.run();
        peer.order("stop");
        return latencies;
    }

    private static double millis(List<Latencies> turns, double share) {
        return Figures.median(turns.stream().map(turn -> turn.millis(share)).toList());
    }
}
