package dev.freshet.bench;

import dev.freshet.bench.scoring.ServingRecoveryBenchmark;
import dev.freshet.bench.scoring.ServingRecoveryOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A server, killed and started again. */
@Command(
        name = "serving-recovery",
        mixinStandardHelpOptions = true,
        description = {
            "Kills a server with SIGKILL at random points while it answers a topic full of requests, starts it again, and"
                    + " counts the committed answers by id.",
            "Measures how long it takes from the start of the process to the first answer that readers see."
        },
        footer = {"", "Exit code 1: a request has no answer or more than one, or no kill came before the last answer."})
final class ServingRecoveryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Requests in the topic; default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often; default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides when; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        ServingRecoveryOptions options =
                new ServingRecoveryOptions(requests, kills, seed, Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        ServingRecoveryBenchmark benchmark = new ServingRecoveryBenchmark(options, folder, out);
        report.write("A server that is killed", benchmark.run());
        Folders.remove(folder);
        return benchmark.isFlawless() ? 0 : 1;
    }
}
