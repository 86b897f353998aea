package dev.freshet.bench;

import dev.freshet.bench.scoring.Guarantee;
import dev.freshet.bench.scoring.ScoringBenchmark;
import dev.freshet.bench.scoring.ScoringOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Predictions through Kafka. */
@Command(
        name = "scoring",
        mixinStandardHelpOptions = true,
        description = {
            "Answers a topic full of requests: Freshet's server against Kafka Streams with ONNX Runtime, a record at a"
                    + " time.",
            "Net 784-32-32-32-10, one thread each, a broker that both use in turn; steady state, median of the rounds."
        })
final class ScoringCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Requests in the topic; default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--guarantees",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "exactly-once,at-least-once",
            description = "What the sender may rely on; default: ${DEFAULT-VALUE}.")
    private List<String> guarantees = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        ScoringOptions options = new ScoringOptions(
                requests, rounds, guarantees.stream().map(Guarantee::of).toList(), Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        report.write("Freshet's server against others", new ScoringBenchmark(options, folder, out).run());
        Folders.remove(folder);
        return 0;
    }
}
