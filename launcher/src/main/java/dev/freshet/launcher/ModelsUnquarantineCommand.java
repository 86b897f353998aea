package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A version that may be served again. */
@Command(
        name = "unquarantine",
        mixinStandardHelpOptions = true,
        description = {"Lets a quarantined version be served again."})
final class ModelsUnquarantineCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Mixin
    private final VersionParameter version = new VersionParameter();

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Unquarantine(version.of(catalog)));
    }
}
