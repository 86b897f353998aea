package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One version answers, whatever is published. */
@Command(
        name = "pin",
        mixinStandardHelpOptions = true,
        description = {
            "Lets one version answer on every server, whatever is published from now on and whatever server.version says, until it"
                    + " is unpinned."
        })
final class ModelsPinCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Mixin
    private final VersionParameter version = new VersionParameter();

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Pin(version.of(catalog)));
    }
}
