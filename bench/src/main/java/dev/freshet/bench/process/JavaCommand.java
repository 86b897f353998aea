package dev.freshet.bench.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a peer in Java is started: this JVM's own program, another class path and main class. */
public final class JavaCommand {
    /**
     * For a process that learns or scores with the CPU engine: its kernels' module, each of them compiled by itself, and arrays
     * that fit cache lines and large pages.
     */
    public static final List<String> KERNELS = List.of(
            "--add-modules=jdk.incubator.vector",
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=dontinline,dev.freshet.engine.cpu.VectorKernels::*",
            "-XX:ObjectAlignmentInBytes=64",
            "-XX:+UseTransparentHugePages");

    private JavaCommand() {}

    /**
     * The command line.
     *
     * @param flags for the JVM besides those that every process of Freshet has
     */
    public static List<String> of(String classPath, List<String> flags, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseParallelGC");
        command.add("-Djava.awt.headless=true");
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** The command line of a peer with our own class path that learns or scores with the CPU engine. */
    public static List<String> withKernels(Class<?> main, List<String> arguments) {
        return of(ownClassPath(), KERNELS, main.getName(), arguments);
    }

    /**
     * The class path of this process, but for folders of tests: nothing in them is for another process, and where there is a
     * folder with classes, a JVM cannot archive those it has loaded.
     */
    public static String ownClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
