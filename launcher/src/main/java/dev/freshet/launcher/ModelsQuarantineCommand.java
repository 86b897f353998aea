package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A version that is never served again. */
@Command(
        name = "quarantine",
        mixinStandardHelpOptions = true,
        description = {
            "Sees to it that a version is never served again, not even to who asks for it by number.",
            "Refused while it is pinned or labelled, and where it is the last good one."
        })
final class ModelsQuarantineCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Mixin
    private final VersionParameter version = new VersionParameter();

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Quarantine(version.of(catalog)));
    }
}
