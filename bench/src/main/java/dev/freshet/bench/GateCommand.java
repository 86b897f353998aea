package dev.freshet.bench;

import dev.freshet.bench.gate.GateBenchmark;
import dev.freshet.bench.gate.GateOptions;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Settings of the gate. */
@Command(
        name = "gate",
        mixinStandardHelpOptions = true,
        description = {
            "Counts what gates of several settings publish while a network learns drawn digits, and how often one of two",
            "equal networks is published over the other."
        })
final class GateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "150000",
            description = "Records of the stream; default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--windows",
            paramLabel = "N",
            defaultValue = "20",
            description = "Of 2000 images that equal networks are compared on; default: ${DEFAULT-VALUE}.")
    private int windows;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the digits, the network and the noise; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        GateOptions options = new GateOptions(records, windows, seed);
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        report.write("Freshet's gate", new GateBenchmark(options, out).run());
        return 0;
    }
}
