package dev.freshet.engine;

import dev.freshet.core.model.Snapshot;

/**
 * A library that can run nets and is no part of the application: found by {@link java.util.ServiceLoader}, through
 * {@link EngineProviders}. Implementations are cheap to make and load the library when they are asked for something.
 */
public interface EngineProvider {
    /** As {@code engine.type} calls it, such as {@code dl4j}. */
    String name();

    /** @param threads native threads of one operation, at least 1 */
    Engine create(int threads);

    /**
     * A version as a file that the library itself reads.
     *
     * @throws IllegalArgumentException if the library has no net that answers as this one
     */
    byte[] encode(Snapshot version);
}
