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
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.onnx.OnnxModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic full of requests, answered once by each side in every round. The rate is taken from a quarter of the answers to
 * nineteen twentieths of them: joining the group, the first fetches and the last commit are no part of it. Belongs to the
 * main thread.
 */
public final class ScoringBenchmark {
    static final String MODEL = "crayfish";

    private static final double FROM = 0.25;
    private static final double TO = 0.95;
    private static final double LARGEST_DIFFERENCE = 1e-4;
    private static final long LOOK_MILLIS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Without an answer for so long, there will be no more. */
    private static final Duration QUIET = Duration.ofMillis(500);

    private final ScoringOptions options;
    private final Path folder;
    private final PrintWriter out;

    /** @param folder for the broker's data and for logs */
    public ScoringBenchmark(ScoringOptions options, Path folder, PrintWriter out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes some minutes. */
    public List<Row> run() throws IOException, InterruptedException {
        ModelSpec spec = Configuration.CRAYFISH.model();
        Path onnx = folder.resolve("model.onnx");
        try (Broker broker = Broker.start(folder.resolve("broker"))) {
            Snapshot version = publish(broker.settings(), spec);
            Files.write(onnx, OnnxModel.encode(version));
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
            try (Peer freshet = start("Freshet", FreshetScoring.class, broker, List.of());
                    Peer streams = start(
                            "Kafka Streams + ONNX Runtime",
                            StreamsScoring.class,
                            broker,
                            List.of(onnx.toString(), folder.resolve("streams").toString()))) {
                List<Row> rows = new ArrayList<>();
                for (Guarantee guarantee : options.guarantees()) {
                    rows.add(compare(broker, guarantee, freshet, streams));
                }
                return rows;
            }
        }
    }

    private Peer start(String name, Class<?> main, Broker broker, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.add(0, broker.settings().bootstrapServers());
        List<String> command = JavaCommand.of(
                JavaCommand.ownClassPath(), List.of("--add-modules=jdk.incubator.vector"), main.getName(), all);
        return Peer.start(name, command, Map.of(), folder.resolve(main.getSimpleName() + ".log"));
    }

    /** The first version, with weights that have learned nothing: it takes as long to score. */
    static Snapshot publish(KafkaSettings kafka, ModelSpec spec) {
        SnapshotCodec.Encoded version = SnapshotCodec.encode(
                new SnapshotCodec.Draft(
                        MODEL,
                        1,
                        0,
                        spec,
                        Offsets.none(kafka.topics().images()),
                        Offsets.none(kafka.topics().images()),
                        1,
                        1,
                        null,
                        new Evaluation(Math.log(10), 0.1, 1),
                        null,
                        "cpu",
                        "cpu",
                        Instant.EPOCH,
                        null),
                FreshWeights.of(spec, Configuration.CRAYFISH.training()));
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(
                kafka.forClient("bench-model", Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (SnapshotCodec.Part part : version.parts()) {
                Future<?> unused = producer.send(new ProducerRecord<>(
                        kafka.topics().models(), 0, part.key().getBytes(StandardCharsets.UTF_8), part.value()));
            }
        }
        return version.snapshot();
    }

    private Row compare(Broker broker, Guarantee guarantee, Peer freshet, Peer streams) throws InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Round first = round(broker, guarantee, freshet, "warm-up");
        Round second = round(broker, guarantee, streams, "warm-up");
        requireSameAnswers(first.answers(), second.answers(), guarantee);
        for (int round = 1; round <= options.rounds(); round++) {
            ours.add(round(broker, guarantee, freshet, "round-" + round).rate());
            theirs.add(round(broker, guarantee, streams, "round-" + round).rate());
        }
        Row row = Row.against(
                "requests, " + guarantee.title(),
                Figures.median(ours),
                "predictions/s",
                Figures.median(theirs),
                streams.name() + ", " + guarantee.streams());
        out.printf(
                Locale.ROOT,
                "%s: Freshet %,.0f, %s %,.0f predictions/s: %.2f times as fast%n",
                guarantee.title(),
                row.value(),
                streams.name(),
                row.baseline(),
                row.ratio());
        out.flush();
        return row;
    }

    /** What one side did with all requests. */
    private record Round(double rate, Answers answers) {}

    private Round round(Broker broker, Guarantee guarantee, Peer peer, String name) throws InterruptedException {
        TopicEnd predictions = broker.end(broker.topics().predictions());
        Map<TopicPartition, Long> begin = predictions.offsets();
        long started = System.nanoTime();
        peer.order(
                "start",
                (guarantee.title() + "-" + name + "-" + peer.name()).replaceAll("[^A-Za-z0-9-]", ""),
                guarantee.name());
        double rate = steadyRate(predictions, sum(begin), started);
        awaitQuiet(predictions);
        peer.order("stop");
        Answers answers = Answers.read(broker.settings(), begin, predictions.offsets());
        predictions.clear();
        requireComplete(answers, guarantee, peer);
        out.printf(Locale.ROOT, "  %s, %s: %s %,.0f predictions/s%n", guarantee.title(), name, peer.name(), rate);
        out.flush();
        return new Round(rate, answers);
    }

    /**
     * Answers appear in leaps, a commit at a time, so both ends of the interval are leaps, too. Where there is only one,
     * because the requests were few, the interval begins with the round.
     */
    private double steadyRate(TopicEnd predictions, long before, long started) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long from = waitFor(predictions, before + (long) (FROM * options.requests()), deadline);
        long begun = System.nanoTime();
        long to = waitFor(predictions, before + (long) (TO * options.requests()), deadline);
        long ended = System.nanoTime();
        return to > from ? (to - from) / ((ended - begun) / 1e9) : (to - before) / ((ended - started) / 1e9);
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long waitFor(TopicEnd predictions, long count, long deadline) throws InterruptedException {
        for (long sum = predictions.sum(); ; sum = predictions.sum()) {
            if (sum >= count) {
                return sum;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the requests were not answered in time");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private static void awaitQuiet(TopicEnd predictions) throws InterruptedException {
        long sum = predictions.sum();
        long since = System.nanoTime();
        while (System.nanoTime() - since < QUIET.toNanos()) {
            Thread.sleep(LOOK_MILLIS);
            long now = predictions.sum();
            since = now == sum ? since : System.nanoTime();
            sum = now;
        }
    }

    private void requireComplete(Answers answers, Guarantee guarantee, Peer peer) {
        boolean complete = answers.requests() == options.requests();
        boolean once = answers.total() == answers.requests() || guarantee == Guarantee.AT_LEAST_ONCE;
        if (!complete || !once) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "%s gave %,d answers to %,d of %,d requests",
                    peer.name(),
                    answers.total(),
                    answers.requests(),
                    options.requests()));
        }
    }

    private void requireSameAnswers(Answers ours, Answers theirs, Guarantee guarantee) {
        double difference = ours.largestDifference(theirs);
        if (!(difference <= LARGEST_DIFFERENCE)) {
            throw new IllegalStateException("the two give different answers: probabilities differ by " + difference);
        }
        out.printf(
                Locale.ROOT,
                "%s: both answer every request, with probabilities that differ by %.1e at most%n",
                guarantee.title(),
                difference);
        out.flush();
    }
}
