package dev.freshet.bench;

import dev.freshet.bench.drift.ReactionBenchmark;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reactions to drift, of a network that learns. */
@Command(
        name = "reaction",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a network learn drawn digits, which drift in the middle of the stream, with and without a reaction.",
            "In memory, without a broker: when the drift is found, how far the accuracy falls and when it is back."
        })
final class ReactionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Records of each stream; default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--optimizers",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "adam,sgd",
            description = "With which the network learns; default: ${DEFAULT-VALUE}.")
    private List<String> optimizers = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        ReactionBenchmark benchmark = new ReactionBenchmark(records, optimizers, out);
        report.begin(out);
        report.write("Freshet's reactions to drift", benchmark.run());
        return 0;
    }
}
