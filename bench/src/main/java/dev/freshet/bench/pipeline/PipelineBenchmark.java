package dev.freshet.bench.pipeline;

import dev.freshet.bench.engine.BareEngine;
import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.ImageWriting;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.process.JavaCommand;
import dev.freshet.bench.process.Peer;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One topic of labelled images, from its beginning in every turn. The bare engine, the trainer without and with its gate,
 * and PyTorch take turns, round after round; each does without the others meanwhile. Belongs to the main thread.
 */
public final class PipelineBenchmark {
    private static final String UNIT = "records/s";

    private final PipelineOptions options;
    private final TorchConsumer torch;
    private final Path folder;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();
    private int turns;

    /** @param folder for the broker's data and for logs */
    public PipelineBenchmark(PipelineOptions options, TorchConsumer torch, Path folder, PrintWriter out) {
        this.options = options;
        this.torch = torch;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes some minutes. */
    public List<Row> run() throws IOException, InterruptedException {
        try (Broker broker = Broker.start(folder.resolve("broker"))) {
            Pictures pictures = Pictures.in(options.data());
            out.printf(
                    Locale.ROOT,
                    "%,d records (%s) in %d partitions%n",
                    options.records(),
                    pictures.description(),
                    broker.topics().partitions());
            out.flush();
            ImageWriting.fill(broker.settings(), broker.topics().images(), pictures, options.records(), true);
            for (Configuration configuration : options.configurations()) {
                run(broker, configuration);
            }
        }
        return rows;
    }

    private void run(Broker broker, Configuration configuration) throws IOException {
        try (BareEngine engine = BareEngine.start(configuration, options.data(), folder);
                Peer trainer = startTrainer(broker, configuration);
                TorchConsumer.Turns consumer = torch.start(broker.settings(), configuration, folder)) {
            List<Double> bare = new ArrayList<>();
            List<Double> gateOff = new ArrayList<>();
            List<Double> gateOn = new ArrayList<>();
            List<Double> theirs = new ArrayList<>();
            // The first round warms up.
            for (int round = 0; round <= options.rounds(); round++) {
                bare.add(engine.rate(options.seconds()));
                gateOff.add(train(trainer, false));
                gateOn.add(train(trainer, true));
                consumer.rate(nextName(), options.seconds()).ifPresent(theirs::add);
            }
            report(configuration, median(bare), median(gateOff), median(gateOn), theirs);
        }
    }

    private Peer startTrainer(Broker broker, Configuration configuration) throws IOException {
        List<String> command = JavaCommand.withKernels(
                TrainerPeer.class,
                List.of(
                        broker.settings().bootstrapServers(),
                        configuration.name(),
                        Integer.toString(options.records()),
                        options.config() == null ? "" : options.config().toString()));
        return Peer.start("Freshet's trainer", command, Map.of(), folder.resolve("trainer.log"));
    }

    /** A model of its own for each turn, which begins with the first record. */
    private double train(Peer trainer, boolean gate) {
        double[] figures =
                trainer.numbers("train", nextName(), Boolean.toString(gate), Double.toString(options.seconds()));
        return figures[0] / figures[2];
    }

    private String nextName() {
        return "turn-" + ++turns;
    }

    private static double median(List<Double> rates) {
        return Figures.median(rates.subList(1, rates.size()));
    }

    private void report(Configuration configuration, double bare, double gateOff, double gateOn, List<Double> theirs) {
        out.printf(Locale.ROOT, "%n%s: %s%n", configuration.name(), configuration.description());
        out.printf(Locale.ROOT, "  bare engine       %,10.0f images/s%n", bare);
        compare(configuration.name() + ", gate off", gateOff, bare, "bare engine");
        compare(configuration.name() + ", gate on", gateOn, bare, "bare engine");
        if (!theirs.isEmpty()) {
            compare(configuration.name() + ", gate on, PyTorch", gateOn, median(theirs), "PyTorch consumer");
        }
    }

    private void compare(String name, double value, double baseline, String baselineName) {
        Row row = Row.against("pipeline " + name, value, UNIT, baseline, baselineName);
        rows.add(row);
        out.printf(
                Locale.ROOT,
                "  %-24s %,10.0f records/s trained: %.2f of the %s (%,.0f)%n",
                name,
                value,
                row.ratio(),
                baselineName,
                baseline);
        out.flush();
    }
}
