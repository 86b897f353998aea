package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything in one JVM. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a Kafka broker, ingest, a trainer and a server in one JVM, and shows how the model learns.",
            "Test images are sent through Kafka as requests and answered by the served model."
        },
        footer = {
            "",
            "Without --data and --records, digits are drawn and learned until Ctrl-C.",
            "The sections model, engine, trainer and server of --config apply."
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "SOURCE",
            defaultValue = "digits",
            description = "Where images come from, as in `freshet ingest --help`; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String data;

    @Option(
            names = "--records",
            paramLabel = "N",
            description =
                    "Records to learn from, at most; default: all of a finite source, for ever with an endless one "
                            + "(20000 with --exit-when-done).")
    private @Nullable Long records;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over a finite source; default: 1.")
    private @Nullable Integer epochs;

    @Option(names = "--shuffle", paramLabel = "SEED", description = "Another order in each epoch, decided by the seed.")
    private @Nullable Long shuffle;

    @Option(
            names = "--resize",
            paramLabel = "HEIGHTxWIDTH",
            description = "Scales images to this size, such as 28x28; 3x28x28 puts them in colour, 1x28x28 in grey."
                    + " Default: model.input.shape where model.input.resize is true, or else as they are.")
    private @Nullable String resize;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Records per second; default: as fast as possible, 1000 where there is no end.")
    private @Nullable Double rate;

    @Option(
            names = "--drift",
            paramLabel = "DRIFT",
            description = "Changes the stream on purpose, as in `freshet ingest --help`; may be given more than once."
                    + " For example: label-swap:3,5@20000")
    private @Nullable List<String> drifts;

    @Option(names = "--headless", description = "No fixed port and no page to look at: for scripts.")
    private boolean headless;

    @Option(
            names = "--exit-when-done",
            description = "Exits after the last record and the test, instead of serving on.")
    private boolean exitWhenDone;

    @Option(names = "--summary", paramLabel = "FILE", description = "Writes the run's figures there as JSON.")
    private @Nullable Path summary;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keeps the broker's data there and goes on with what it holds; default: a temporary folder.")
    private @Nullable Path directory;

    @Option(names = "--port", description = "Of the server; default: 8080, with --headless any free one.")
    private @Nullable Integer port;

    @Option(names = "--config", paramLabel = "FILE", description = "YAML file as for train and serve.")
    private @Nullable Path file;

    @Override
    public Integer call() throws Exception {
        Config config = (file == null ? Config.empty() : Config.load(file))
                .ignore("recipe", "kafka", "topics", "model", "engine", "ingest", "trainer", "server")
                .override("ingest.rate", rate)
                .override("ingest.epochs", epochs)
                .override("ingest.shuffle", shuffle)
                .override("ingest.limit", records)
                .override("ingest.resize", resize)
                .override("ingest.drift", drifts)
                .override("server.port", port != null ? port : headless ? Integer.valueOf(0) : null);
        LogLevels.onlyWarnings();
        Demo demo = Demo.of(
                config,
                data,
                directory,
                exitWhenDone,
                new StatusLine(spec.commandLine().getOut()));
        try (Stopping stopping = Stopping.onSignal(() -> {})) {
            Summary figures = demo.run(stopping);
            if (summary != null) {
                figures.write(summary);
            }
        }
        return 0;
    }
}
