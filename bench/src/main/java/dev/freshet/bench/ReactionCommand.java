package dev.freshet.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.freshet.bench.drift.ReactionBenchmark;
import dev.freshet.bench.drift.ReactionOptions;
import dev.freshet.bench.report.Row;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reactions to drift, of a trainer that learns. */
@Command(
        name = "reaction",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a trainer learn images, which drift in the course of the stream, and compares what it can do about it:"
                    + " when the drift is found, how far the accuracy falls, when it is back, and how many more answers were"
                    + " wrong than without drift. Medians of several seeds.",
            "The records that ingest would send are learned from by what a trainer is made of, without a broker between them."
        },
        footer = {"", "Exit code 1: with --through-kafka, the weights are others."})
final class ReactionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--data-set",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "digits,mnist",
            description =
                    "digits, which are drawn, and mnist, in the folder mnist of FRESHET_DATA; default: ${DEFAULT-VALUE}.")
    private List<String> dataSets = new ArrayList<>();

    @Option(
            names = "--scenarios",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "label-swap,class-arrival,rotation,growing-rotation,noise,inversion,false-alarm",
            description =
                    "What happens; false-alarm: nothing, but the detector is made to say so. Default: ${DEFAULT-VALUE}.")
    private List<String> scenarios = new ArrayList<>();

    @Option(
            names = "--reactions",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "none,rewarm,reset-optimizer,replay,replay-balanced,always-replay,replay-less",
            description = {
                "What is done about it, as trainer.drift.reaction says, with its defaults; besides:",
                "  replay-balanced  replay, from a memory of as many examples of each class",
                "  always-replay    none, with a replay.share of 0.5 from the beginning",
                "  replay-less      replay.share 0.5 from the beginning, 0 for a while after a drift",
                "Default: ${DEFAULT-VALUE}."
            })
    private List<String> reactions = new ArrayList<>();

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "adam",
            description = "adam, with a learning rate of 0.002, or sgd, with 0.05; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String optimizer;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "Runs, each with other weights and another order of other digits, that a figure is the median of;"
                            + " default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--drift-at",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Records before the drift; default: ${DEFAULT-VALUE}.")
    private int driftAt;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "60000",
            description = "Records of each stream; default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--through-kafka",
            description =
                    "Afterwards lets ingest and a trainer do the first scenario with each reaction through a broker, and"
                            + " compares the weights, bit by bit.")
    private boolean throughKafka;

    @Override
    public Integer call() throws Exception {
        ReactionOptions options = new ReactionOptions(
                dataSets, scenarios, reactions, optimizer, driftAt, records, seeds, Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        if (System.getenv("FRESHET_LOG") == null) {
            // Drift, of which it would warn, is what this is about.
            ((Logger) LoggerFactory.getLogger("dev.freshet.trainer")).setLevel(Level.ERROR);
        }
        ReactionBenchmark benchmark = new ReactionBenchmark(options, out);
        report.begin(out);
        List<Row> rows = new ArrayList<>(benchmark.run());
        if (throughKafka) {
            Path folder = Files.createTempDirectory("freshet-bench-");
            rows.addAll(benchmark.runThroughKafka(folder));
            Folders.remove(folder);
        }
        report.write("Freshet's reactions to drift", rows);
        return benchmark.isFlawless() ? 0 : 1;
    }
}
