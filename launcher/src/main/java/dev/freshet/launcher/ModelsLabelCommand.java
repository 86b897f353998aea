package dev.freshet.launcher;

import dev.freshet.core.registry.Change;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A name for a version. */
@Command(
        name = "label",
        mixinStandardHelpOptions = true,
        description = {
            "Gives a version a label, by which requests can ask for it and the setting server.version can choose it; another version"
                    + " that had it has it no more.",
            "The version labelled canary answers a share of the requests that name no version: always the same ones, by a hash"
                    + " of their ids."
        })
final class ModelsLabelCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final ChangeOptions options = new ChangeOptions();

    @Parameters(index = "0", paramLabel = "LABEL", description = "Such as stable, canary or shadow.")
    @SuppressWarnings("NullAway.Init")
    private String label;

    @Parameters(
            index = "1",
            paramLabel = "VERSION",
            converter = VersionChoice.Converter.class,
            description = "Its number, or latest: the newest one that is whole.")
    @SuppressWarnings("NullAway.Init")
    private VersionChoice version;

    @Option(
            names = "--weight",
            paramLabel = "PERCENT",
            description =
                    "Of the label canary: its share of the requests, 0 to 100 in hundredths; default: what it was.")
    private @Nullable Double weight;

    @Override
    public Integer call() {
        return options.make(spec, catalog -> new Change.Label(label, version.of(catalog), weight));
    }
}
