package dev.freshet.bench.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a peer in Java is started: this JVM's own program, another class path and main class. */
public final class JavaCommand {
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

    /** The class path of this process. */
    public static String ownClassPath() {
        return System.getProperty("java.class.path");
    }
}
