package dev.freshet.core.drift;

import dev.freshet.core.config.Config;

/** Settings of a trainer's watch over its stream. */
public record DriftConfig(DetectorSpec detector, Reaction reaction) {
    /** Reads the section {@code drift}. */
    public static DriftConfig from(Config root) {
        Config drift = root.section("drift");
        return new DriftConfig(DetectorSpec.from(drift), Reaction.from(drift));
    }
}
