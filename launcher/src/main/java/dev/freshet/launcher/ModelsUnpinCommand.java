package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The servers' own choice answers again. */
@Command(
        name = "unpin",
        mixinStandardHelpOptions = true,
        description = {
            "Lets every server answer again with what its setting server.version says, the newest version as a rule."
        })
final class ModelsUnpinCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Unpin());
    }
}
