package dev.freshet.bench;

import dev.freshet.bench.serving.SwapBenchmark;
import dev.freshet.bench.serving.SwapOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Predictions while versions are published. */
@Command(
        name = "swap",
        mixinStandardHelpOptions = true,
        description = {
            "Asks Freshet's server about single images over gRPC while new versions are published, while none are, and while"
                    + " as many are published for a model that it passes over.",
            "Net 784-512-512-10; failed requests, latency, and the time from a commit to the first answer by the version."
        })
final class SwapCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Requests a second; default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--versions",
            paramLabel = "N",
            defaultValue = "10",
            description = "Versions published a second; default: ${DEFAULT-VALUE}.")
    private int versions;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "4",
            description = "Turns with and without swaps; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            converter = SecondsConverter.class,
            defaultValue = "15",
            description = "Length of a turn, such as 0.5; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Duration length;

    @Override
    public Integer call() throws Exception {
        SwapOptions options = new SwapOptions(rate, versions, rounds, length, Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        report.write("Freshet's server with and without swaps", new SwapBenchmark(options, folder, out).run());
        Folders.remove(folder);
        return 0;
    }
}
