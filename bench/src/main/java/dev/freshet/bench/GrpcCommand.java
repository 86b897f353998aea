package dev.freshet.bench;

import dev.freshet.bench.serving.UnaryBenchmark;
import dev.freshet.bench.serving.UnaryOptions;
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

/** Predictions over gRPC and REST. */
@Command(
        name = "grpc",
        mixinStandardHelpOptions = true,
        description = {
            "Asks Freshet's server about single images over gRPC and REST, beside an echo that answers the same bytes on the"
                    + " same stack.",
            "Net 784-32-32-32-10; requests a second and latency, median of the rounds, in turns."
        })
final class GrpcCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--callers",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests under way at any time; default: ${DEFAULT-VALUE}.")
    private int callers;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Length of a turn; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        UnaryOptions options =
                new UnaryOptions(callers, rounds, Duration.ofSeconds(seconds), Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        report.write("Freshet's server against an echo", new UnaryBenchmark(options, folder, out).run());
        Folders.remove(folder);
        return 0;
    }
}
