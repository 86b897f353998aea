package dev.freshet.launcher;

import dev.freshet.core.registry.Catalog;
import picocli.CommandLine.Parameters;

/** The version that a command is about. */
final class VersionParameter {
    @Parameters(
            paramLabel = "VERSION",
            converter = VersionChoice.Converter.class,
            description = "Its number, or latest: the newest one that is whole.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private VersionChoice version;

    VersionChoice choice() {
        return version;
    }

    /** As {@link VersionChoice#of(Catalog)}. */
    long of(Catalog catalog) {
        return version.of(catalog);
    }
}
