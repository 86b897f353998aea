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
        description = {
            "Lists, shows, exports and replays published versions, and decides which of them are served, straight from the"
                    + " topics models and serving."
        },
        subcommands = {
            ModelsListCommand.class,
            ModelsShowCommand.class,
            ModelsExportCommand.class,
            ModelsReplayCommand.class,
            ModelsPinCommand.class,
            ModelsUnpinCommand.class,
            ModelsLabelCommand.class,
            ModelsUnlabelCommand.class,
            ModelsRollbackCommand.class,
            ModelsQuarantineCommand.class,
            ModelsUnquarantineCommand.class
        },
        footer = {"", "For example: freshet models rollback --why \"complaints about sevens\""})
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Which subcommand: " + String.join(", ", spec.subcommands().keySet()) + "?");
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
