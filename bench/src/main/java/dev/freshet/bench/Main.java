package dev.freshet.bench;

import picocli.CommandLine;

/** Where the JVM of {@code ./freshet bench} starts. */
public final class Main {
    private Main() {}

    /** Runs one benchmark and exits: 0 on success, 1 on a failure, 2 on a usage error. */
    public static void main(String[] arguments) {
        CommandLine command = commandLine();
        int exitCode = command.execute(arguments);
        // Ending the JVM does not.
        command.getOut().flush();
        command.getErr().flush();
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(new Failures());
    }
}
