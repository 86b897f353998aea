package dev.freshet.launcher;

import picocli.CommandLine;

/** Where the JVM starts. */
public final class Main {
    private Main() {}

    /** Runs one subcommand and exits: 0 on success, 1 on a failure, 2 on a usage error. */
    public static void main(String[] arguments) {
        CommandLine command = commandLine();
        int exitCode = command.execute(arguments);
        // Ending the JVM does not.
        command.getOut().flush();
        command.getErr().flush();
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        return new CommandLine(new FreshetCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(new Failures());
    }
}
