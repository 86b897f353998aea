package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A name less for a version. */
@Command(
        name = "unlabel",
        mixinStandardHelpOptions = true,
        description = {
            "Takes a label away; its version stays as it is.",
            "A server whose server.version is this label answers with the newest version from now on."
        })
final class ModelsUnlabelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Parameters(paramLabel = "LABEL", description = "Such as stable, canary or shadow.")
    @SuppressWarnings("NullAway.Init")
    private String label;

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Unlabel(label));
    }
}
