package dev.freshet.engine.dl4j;

import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineProvider;
import org.deeplearning4j.config.DL4JClassLoading;
import org.nd4j.common.config.ND4JClassLoading;

/** Deeplearning4j for an application that has it in a folder of its own, or on its class path. */
public final class Dl4jProvider implements EngineProvider {
    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Engine create(int threads) {
        searchOwnLibraries();
        return new Dl4jEngine(threads);
    }

    @Override
    public byte[] encode(Snapshot version) {
        searchOwnLibraries();
        return Dl4jZip.encode(version);
    }

    /** Both look for their parts where the current thread does, which is the application's class path. */
    private static void searchOwnLibraries() {
        ND4JClassLoading.setNd4jClassloaderFromClass(Dl4jProvider.class);
        DL4JClassLoading.setDl4jClassloaderFromClass(Dl4jProvider.class);
    }
}
