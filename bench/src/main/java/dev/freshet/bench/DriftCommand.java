package dev.freshet.bench;

import dev.freshet.bench.drift.DriftBenchmark;
import dev.freshet.bench.drift.DriftOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Detectors of drift on simulated streams. */
@Command(
        name = "drift",
        mixinStandardHelpOptions = true,
        description = {
            "Counts false alarms of the drift detectors, and the examples until they find a drift.",
            "Simulated streams of right and wrong answers: constant, abrupt, gradual, and of a network that learns."
        })
final class DriftCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Examples of each stream without drift; default: ${DEFAULT-VALUE}.")
    private long examples;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "200",
            description = "Runs of each stream with drift; default: ${DEFAULT-VALUE}.")
    private int runs;

    @Override
    public Integer call() throws Exception {
        DriftOptions options = new DriftOptions(examples, runs);
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        report.write("Freshet's drift detectors", new DriftBenchmark(options, out).run());
        return 0;
    }
}
