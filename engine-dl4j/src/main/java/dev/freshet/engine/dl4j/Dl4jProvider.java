package dev.freshet.engine.dl4j;

import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.Device;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineProvider;
import java.util.Optional;
import org.deeplearning4j.config.DL4JClassLoading;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Deeplearning4j for an application that has it in a folder of its own, or on its class path. */
public final class Dl4jProvider implements EngineProvider {
    static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
    private static final String CPU_BACKEND = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
    private static final String PAGE = "; see docs/gpu.md";

    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Optional<String> lackOf(Device device) {
        searchOwnLibraries();
        return switch (device) {
            case CPU -> lackOfBackend(CPU_BACKEND, "CPU", "without the Maven profile cuda");
            case GPU -> lackOfGpu(CUDA_BACKEND);
        };
    }

    @Override
    public Engine create(Device device, int threads) {
        searchOwnLibraries();
        return new Dl4jEngine(device, threads);
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

    private static Optional<String> lackOfBackend(String name, String kind, String build) {
        try {
            Class.forName(name, false, Dl4jProvider.class.getClassLoader());
            return Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.of(
                    "Deeplearning4j has no " + kind + " backend here; Freshet is to be built " + build + PAGE);
        }
    }

    /** Computes something, since a driver or a card that is too old, or too new, is found out by nothing else. */
    static Optional<String> lackOfGpu(String backend) {
        Optional<String> lack = lackOfBackend(backend, "CUDA", "with the Maven profile cuda");
        if (lack.isPresent()) {
            return lack;
        }
        try {
            Class<?> cuda = Class.forName(backend, true, Dl4jProvider.class.getClassLoader());
            // Not isAvailable, which prints a stack trace where there is no card.
            if (!((Nd4jBackend) cuda.getDeclaredConstructor().newInstance()).canRun()) {
                return Optional.of("CUDA has no device" + PAGE);
            }
            double sum = Nd4j.ones(8).sumNumber().doubleValue();
            return sum == 8 ? Optional.empty() : Optional.of("the GPU says that eight ones are " + sum + PAGE);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.of("CUDA has no device that can be used: " + rootOf(e) + PAGE);
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
