package dev.freshet.server.http;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Asked at every health check, from many threads: must not block. */
@FunctionalInterface
public interface Health {
    /** What is wrong now, for people; empty where nothing is. */
    Optional<String> problem();

    /** Nothing can be wrong but that the process is down. */
    static Health always() {
        return Optional::empty;
    }

    static Health of(BooleanSupplier good, String otherwise) {
        return () -> good.getAsBoolean() ? Optional.empty() : Optional.of(otherwise);
    }
}
