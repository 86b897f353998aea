package dev.freshet.launcher;

import picocli.CommandLine;

/** Where the JVM starts. */
public final class Main {
    private Main() {}

    /** Runs one subcommand and exits: 0 on success, 1 on a failure, 2 on a usage error. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new FreshetCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(new Failures());
    }
}
