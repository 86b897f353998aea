package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineProvider;
import dev.freshet.engine.cpu.CpuEngine;
import java.util.Optional;

/** Which engine a process runs on: the section {@code engine}. */
final class Engines {
    private Engines() {}

    private enum Type {
        AUTO,
        CPU,
        DL4J
    }

    /** Reads the section; what it returns is cheap until it makes a network. Once in the life of a process. */
    static Engine from(Config root) {
        Config section = root.section("engine");
        Type type = section.oneOf("type", Type.AUTO);
        // Of DL4J only, whose native threads spin while they wait: beside a broker and a server on the same cores, one
        // is fastest.
        int threads = section.integer("threads", 1, 1, 1_024);
        if (type != Type.DL4J) {
            return new CpuEngine();
        }
        Optional<EngineProvider> dl4j = Dl4jFolder.load();
        if (dl4j.isEmpty()) {
            section.problem("type", "dl4j", "must be cpu or auto, since " + Dl4jFolder.whyMissing());
            return new CpuEngine();
        }
        return dl4j.get().create(threads);
    }
}
