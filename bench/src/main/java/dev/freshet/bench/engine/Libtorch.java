package dev.freshet.bench.engine;

import dev.freshet.bench.process.JavaCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The peer that runs libtorch: a Maven project of its own, which nothing else depends on, so that its 270 MB are fetched by
 * the first benchmark that wants them and by nothing else. Immutable.
 */
public final class Libtorch {
    private static final String PROJECT = "bench/peers/libtorch";
    /** As our own processes have them (ADR 13). */
    private static final String LARGE_PAGES_SETTING = "THP_MEM_ALLOC_ENABLE";

    private static final String MAIN = "dev.freshet.bench.libtorch.Main";

    private final List<Variant> variants;

    private Libtorch(List<Variant> variants) {
        this.variants = List.copyOf(variants);
    }

    /**
     * A process to start.
     *
     * @param name of the library that multiplies its matrices
     */
    record Variant(String name, List<String> command, Map<String, String> environment) {}

    /** What to start; empty where there is no libtorch. */
    List<Variant> variants() {
        return variants;
    }

    /** Left out. */
    public static Libtorch none() {
        return new Libtorch(List.of());
    }

    /**
     * Builds the peer where that has not been done since its sources changed; says so, and why where it cannot.
     *
     * @param home the folder of the project's sources; null where there are none
     * @param threads that it may use
     */
    public static Libtorch prepare(@Nullable Path home, int threads, PrintWriter out)
            throws IOException, InterruptedException {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!platform.equals("Linux amd64")) {
            return skipped("it is fetched for Linux on x86-64 only, not for " + platform, out);
        }
        if (home == null || !Files.exists(home.resolve(PROJECT).resolve("pom.xml"))) {
            return skipped("its sources, " + PROJECT + ", are not at hand", out);
        }
        Path project = home.resolve(PROJECT);
        Path built = project.resolve("target/peer/built");
        if (isStale(
                built,
                project.resolve("pom.xml"),
                project.resolve("src"),
                home.resolve("bench/src/main/java/dev/freshet/bench/peer"))) {
            out.println("fetching libtorch and building its peer (270 MB the first time)");
            out.flush();
            Path log = project.resolve("target/build.log");
            if (!build(project, log)) {
                return skipped("Maven could not fetch or build it; all it said is in " + log, out);
            }
            Files.writeString(built, "");
        }
        return new Libtorch(variants(project.resolve("target/peer"), threads));
    }

    private static Libtorch skipped(String why, PrintWriter out) {
        out.println("libtorch is skipped: " + why);
        out.flush();
        return none();
    }

    private static boolean isStale(Path built, Path... sources) throws IOException {
        if (!Files.exists(built)) {
            return true;
        }
        for (Path source : sources) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : files.toList()) {
                    if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(built)) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean build(Path project, Path log) throws IOException, InterruptedException {
        Files.createDirectories(project.resolve("target"));
        try {
            return new ProcessBuilder(
                                    "mvn",
                                    "-B",
                                    "-ntp",
                                    "-Dquick",
                                    "-f",
                                    project.resolve("pom.xml").toString(),
                                    "package")
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            // No mvn on the path.
            Files.writeString(log, e.toString());
            return false;
        }
    }

    /** The library comes with OpenBLAS; PyTorch's own packages have MKL, which is faster for some shapes. */
    private static List<Variant> variants(Path peer, int threads) {
        List<String> arguments = List.of(Integer.toString(threads));
        String classPath = peer.resolve("lib").resolve("*").toString();
        // The peer frees what it makes itself; a collector that does so as well would only add threads.
        String unmanaged = "-Dorg.bytedeco.javacpp.nopointergc=true";
        return List.of(
                new Variant(
                        "OpenBLAS",
                        JavaCommand.of(classPath, List.of(unmanaged), MAIN, arguments),
                        Map.of(LARGE_PAGES_SETTING, "1")),
                new Variant(
                        "MKL",
                        JavaCommand.of(
                                classPath, List.of(unmanaged, "-Dorg.bytedeco.openblas.load=mkl_rt"), MAIN, arguments),
                        Map.of(
                                // One pool of threads for MKL and for libtorch, as PyTorch's guide to tuning has it.
                                "LD_PRELOAD",
                                peer.resolve("preload/libiomp5.so")
                                        .toAbsolutePath()
                                        .toString(),
                                // Milliseconds that a thread spins when it has nothing to do: the next one's turn
                                // comes.
                                "KMP_BLOCKTIME",
                                "1",
                                LARGE_PAGES_SETTING,
                                "1")));
    }
}
