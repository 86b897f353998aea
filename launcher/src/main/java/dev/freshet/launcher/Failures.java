package dev.freshet.launcher;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The one place where an exception becomes a message and an exit code. */
final class Failures implements IExecutionExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof IllegalArgumentException) {
            // A setting or an argument that a person can mend: the message says all there is to say.
            command.getErr().println(command.getColorScheme().errorText("freshet: " + failure.getMessage()));
            command.getErr().flush();
            log.atDebug().setCause(failure).log("refused");
            return ExitCode.USAGE;
        }
        command.getErr().println(command.getColorScheme().errorText("freshet: " + describe(failure)));
        command.getErr().flush();
        log.atDebug().setCause(failure).log("failed");
        if (failure instanceof RuntimeException && failure.getMessage() == null) {
            // A defect rather than a circumstance: without the trace nobody can find it.
            log.atError().setCause(failure).log("unexpected failure");
        }
        return ExitCode.SOFTWARE;
    }

    /** The message and the messages of its causes, without repetitions. */
    static String describe(Throwable failure) {
        StringBuilder text = new StringBuilder(messageOf(failure));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (text.indexOf(messageOf(cause)) < 0) {
                text.append(": ").append(messageOf(cause));
            }
        }
        return text.toString();
    }

    private static String messageOf(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
