package dev.freshet.bench;

import dev.freshet.bench.report.Row;
import dev.freshet.bench.scoring.KafkaEchoBenchmark;
import dev.freshet.bench.scoring.ScoringOptions;
import dev.freshet.bench.serving.UnaryBenchmark;
import dev.freshet.bench.serving.UnaryOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Predictions over gRPC, REST and Kafka. */
@Command(
        name = "grpc",
        mixinStandardHelpOptions = true,
        description = {
            "Asks Freshet's server about single images over gRPC, REST and Kafka, beside an echo that reads the same"
                    + " requests and answers the same bytes on the same stack; over REST also beside one that reads none.",
            "Net 784-32-32-32-10; requests a second, latency and CPU time of a request, median of the rounds, in turns."
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
            paramLabel = "S",
            converter = SecondsConverter.class,
            defaultValue = "3",
            description = "Length of a turn, such as 0.5; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Duration length;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "500000",
            description = "Requests in the topic for the path through Kafka; default: ${DEFAULT-VALUE}.")
    private int requests;

    @Override
    public Integer call() throws Exception {
        UnaryOptions options = new UnaryOptions(callers, rounds, length, Folders.data(System.getenv()));
        ScoringOptions overKafka = new ScoringOptions(requests, rounds, List.of(), options.data());
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        List<Row> rows = new ArrayList<>(new UnaryBenchmark(options, folder, out).run());
        rows.addAll(new KafkaEchoBenchmark(overKafka, options.length(), folder, out).run());
        report.write("Freshet's server against an echo", rows);
        Folders.remove(folder);
        return 0;
    }
}
