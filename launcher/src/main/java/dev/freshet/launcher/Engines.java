package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.engine.Engine;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.engine.dl4j.Dl4jEngine;

/** Which engine a process runs on: the section {@code engine}. */
final class Engines {
    private Engines() {}

    private enum Type {
        AUTO,
        CPU,
        DL4J
    }

    /** Reads {@code engine.type} and {@code engine.threads}; what it returns is cheap until it makes a network. */
    static Engine from(Config root) {
        Config section = root.section("engine");
        Type type = section.oneOf("type", Type.AUTO);
        // Of DL4J only, whose native threads spin while they wait: beside a broker and a server on the same cores, one
        // is fastest.
        int threads = section.integer("threads", 1, 1, 1_024);
        return switch (type) {
            case AUTO, CPU -> new CpuEngine();
            case DL4J -> new Dl4jEngine(threads);
        };
    }
}
