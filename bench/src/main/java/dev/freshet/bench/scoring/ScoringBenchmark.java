package dev.freshet.bench.scoring;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic full of requests, answered once by each side in every one of some {@link Rounds}. Belongs to the main thread. */
public final class ScoringBenchmark {
    static final String MODEL = "crayfish";

    private static final double LARGEST_DIFFERENCE = 1e-4;

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
                Rounds rounds = new Rounds(broker, options.requests(), out);
                for (Guarantee guarantee : options.guarantees()) {
                    rows.add(compare(rounds, guarantee, freshet, streams));
                }
                return rows;
            }
        }
    }

    private Peer start(String name, Class<?> main, Broker broker, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.add(0, broker.settings().bootstrapServers());
        List<String> command = JavaCommand.withKernels(main, all);
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

    private Row compare(Rounds rounds, Guarantee guarantee, Peer freshet, Peer streams) throws InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Rounds.Round first = rounds.run(guarantee, freshet, "warm-up");
        Rounds.Round second = rounds.run(guarantee, streams, "warm-up");
        requireSameAnswers(first.answers(), second.answers(), guarantee);
        for (int round = 1; round <= options.rounds(); round++) {
            ours.add(rounds.run(guarantee, freshet, "round-" + round).rate());
            theirs.add(rounds.run(guarantee, streams, "round-" + round).rate());
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
