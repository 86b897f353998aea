package dev.freshet.bench;

import dev.freshet.bench.recovery.RecoveryBenchmark;
import dev.freshet.bench.recovery.RecoveryOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Killed and started again. */
@Command(
        name = "recovery",
        mixinStandardHelpOptions = true,
        description = {
            "Kills a trainer with SIGKILL at random points, starts it again, and compares the weights it ends with, to the"
                    + " last bit, with those of one that was left alone.",
            "With four partitions, counts by id how often each example was learned from."
        },
        footer = {"", "Exit code 1: something was lost, learned twice, or is not the same."})
final class RecoveryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "100",
            description = "How often; a fifth as often with four partitions; default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Records in each topic; default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides when; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws Exception {
        RecoveryOptions options = new RecoveryOptions(kills, records, seed, Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        RecoveryBenchmark benchmark = new RecoveryBenchmark(options, folder, out);
        report.write("A trainer that is killed", benchmark.run());
        Folders.remove(folder);
        return benchmark.isFlawless() ? 0 : 1;
    }
}
