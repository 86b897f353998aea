package dev.freshet.launcher;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.core.model.SnapshotCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The published versions: a word that its subcommands share. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists, shows, exports and replays published versions, straight from the topic models.",
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsExportCommand.class,
            ModelsReplayCommand.class
        },
        footer = {"", "For example: freshet models export latest --format onnx"})
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which subcommand: list, show, export or replay?");
    }

    /** As the topic carries it, on lines of its own. */
    static String json(Object value) {
        try {
            return JsonMapper.builder()
                    .build()
                    .readTree(SnapshotCodec.toJson(value))
                    .toPrettyString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
