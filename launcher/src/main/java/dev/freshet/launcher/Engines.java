package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.engine.Device;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineProvider;
import dev.freshet.engine.cpu.CpuEngine;
import java.util.Optional;

/** Which engine a process runs on, and on which device: the section {@code engine}. */
final class Engines {
    private Engines() {}

    private enum Type {
        AUTO,
        CPU,
        DL4J
    }

    private enum Wish {
        AUTO,
        CPU,
        GPU
    }

    /** {@link #from} for a process that shares its cores with a broker and others: one thread where nothing else is asked for. */
    static Engine fromForSharedCores(Config root) {
        return from(root, CpuEngine.withThreads(1));
    }

    /**
     * Reads the section; what it returns is cheap until it makes a network. Once in the life of a process. Libraries are
     * loaded only for what the settings ask for, or where those in the folder are for GPUs.
     */
    static Engine from(Config root) {
        return from(root, CpuEngine.withFastestThreads());
    }

    /** @param unasked what computes in Java where the section does not say with how many threads */
    private static Engine from(Config root, CpuEngine unasked) {
        Config section = root.section("engine");
        Type type = section.oneOf("type", Type.AUTO);
        Wish wish = section.oneOf("device", Wish.AUTO);
        // The native threads of DL4J spin while they wait: beside anything else on the same cores, one is fastest.
        int threads = section.integer("threads", 1, 1, 1_024);
        CpuEngine cpu = section.has("threads") ? CpuEngine.withThreads(threads) : unasked;
        if (type == Type.CPU && wish == Wish.GPU) {
            section.problem("device", "gpu", "must be auto or cpu with engine.type cpu");
        }
        boolean gpuMayBeUsed = wish == Wish.GPU || (wish == Wish.AUTO && Dl4jFolder.isForGpus());
        if (type == Type.CPU || (type == Type.AUTO && !gpuMayBeUsed)) {
            return cpu;
        }
        Optional<EngineProvider> dl4j = Dl4jFolder.load();
        if (dl4j.isPresent()) {
            return on(dl4j.get(), section, type, wish, threads, cpu);
        }
        if (type == Type.DL4J) {
            section.problem("type", "dl4j", "must be cpu or auto, since " + Dl4jFolder.whyMissing());
        } else {
            section.problem("device", "gpu", "must be auto or cpu, since " + Dl4jFolder.whyMissing());
        }
        return cpu;
    }

    private static Engine on(EngineProvider dl4j, Config section, Type type, Wish wish, int threads, CpuEngine cpu) {
        if (wish != Wish.CPU) {
            Optional<String> noGpu = dl4j.lackOf(Device.GPU);
            if (noGpu.isEmpty()) {
                return dl4j.create(Device.GPU, threads);
            }
            if (wish == Wish.GPU) {
                section.problem("device", "gpu", "must be auto or cpu, since " + noGpu.get());
                return cpu;
            }
        }
        if (type == Type.AUTO) {
            return cpu;
        }
        dl4j.lackOf(Device.CPU)
                .ifPresent(lack -> section.problem("type", "dl4j", "must be cpu or auto, since " + lack));
        return dl4j.create(Device.CPU, threads);
    }
}
