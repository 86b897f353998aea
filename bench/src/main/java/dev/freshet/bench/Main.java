package dev.freshet.bench;

import picocli.CommandLine;

/** Where the JVM of {@code ./freshet bench} starts. */
public final class Main {
    private Main() {}

    /** Runs one benchmark and exits: 0 on success, 1 on a failure, 2 on a usage error. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(new Failures());
    }
}
