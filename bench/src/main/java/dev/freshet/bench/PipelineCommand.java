package dev.freshet.bench;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.pipeline.PipelineBenchmark;
import dev.freshet.bench.pipeline.PipelineOptions;
import dev.freshet.bench.pipeline.TorchConsumer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** From the topic into weights. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = {
            "Learns from a topic of images: the whole trainer, with its gate and without, against the engine alone, and"
                    + " against a consumer in Python that trains with PyTorch.",
            "What counts are records that were trained on; those that are held out come on top. One thread each."
        },
        footer = {
            "",
            "The consumer in Python decodes and trains, and does nothing else: no hold-out, no evaluation, no gate."
        })
final class PipelineCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Report report = new Report();

    @Option(
            names = "--configs",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "a,c,f",
            description = "Which nets; default: ${DEFAULT-VALUE}.")
    private List<String> configurations = new ArrayList<>();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "Records in the topic; default: ${DEFAULT-VALUE}.")
    private int records;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "Length of a turn; default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file as for train, whose section trainer applies, such as its evaluation-interval.")
    private @Nullable Path config;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "python3",
            description = "Python with torch, numpy, confluent-kafka and protobuf; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String python;

    @Override
    public Integer call() throws Exception {
        PipelineOptions options = new PipelineOptions(
                configurations.stream().map(Configuration::trained).toList(),
                records,
                rounds,
                seconds,
                config,
                Folders.data(System.getenv()));
        PrintWriter out = spec.commandLine().getOut();
        report.begin(out);
        TorchConsumer torch = TorchConsumer.find(Folders.home(), python, out);
        Path folder = Files.createTempDirectory("freshet-bench-");
        report.write("Freshet's trainer against others", new PipelineBenchmark(options, torch, folder, out).run());
        Folders.remove(folder);
        return 0;
    }
}
