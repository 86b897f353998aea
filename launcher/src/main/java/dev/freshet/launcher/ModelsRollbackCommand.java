package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Back to an older version. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Goes back to an older version: all newer ones are quarantined, so that servers fall back to it, and what is published"
                    + " from then on is served again.",
            "A pin is taken away. Labels of newer versions go to the older one, but canary and shadow are taken away."
        })
final class ModelsRollbackCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Parameters(
            paramLabel = "VERSION",
            arity = "0..1",
            converter = VersionChoice.Converter.class,
            description =
                    "Its number; default: the newest good one before the one that is pinned, or else before the newest"
                            + " good one.")
    private @Nullable VersionChoice version;

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Rollback(version == null ? null : version.of(catalog)));
    }
}
