package dev.freshet.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command without a subcommand: help and version. */
@Command(
        name = "freshet",
        description = "Learns from a stream of labelled images in Kafka and serves what it has learned a moment later.",
        mixinStandardHelpOptions = true,
        versionProvider = FreshetVersion.class,
        subcommands = {
            DemoCommand.class,
            BrokerCommand.class,
            IngestCommand.class,
            TrainCommand.class,
            ServeCommand.class,
            PredictCommand.class,
            RecipeCommand.class,
            ModelsCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "To begin with: freshet demo. To measure it against others: freshet bench",
            "Exit codes: 0 success, 1 failure, 2 usage error. FRESHET_LOG=DEBUG shows more, JAVA_OPTS goes to the JVM."
        })
final class FreshetCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which subcommand?");
    }
}
