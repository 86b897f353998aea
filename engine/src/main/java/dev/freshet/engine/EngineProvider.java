package dev.freshet.engine;

import dev.freshet.core.model.Snapshot;
import java.util.Optional;

/**
 * A library that can run nets and is no part of the application: found by {@link java.util.ServiceLoader}, through
 * {@link EngineProviders}. Implementations are cheap to make and load the library when they are asked for something.
 */
public interface EngineProvider {
    /** As {@code engine.type} calls it, such as {@code dl4j}. */
    String name();

    /**
     * Whether the library can compute on a device of this machine. May load native code, and takes a second then.
     *
     * @return what is missing, for whoever asked for the device; empty if it can
     */
    Optional<String> lackOf(Device device);

    /**
     * An engine on a device that nothing is missing of.
     *
     * @param threads native threads of one operation on the processor, at least 1
     */
    Engine create(Device device, int threads);

    /**
     * A version as a file that the library itself reads.
     *
     * @throws IllegalArgumentException if the library has no net that answers as this one
     */
    byte[] encode(Snapshot version);
}
