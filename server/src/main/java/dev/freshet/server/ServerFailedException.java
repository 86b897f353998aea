package dev.freshet.server;

/** A part of the server cannot go on; the cause says why. Whoever runs the process ends it. */
public final class ServerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ServerFailedException(String part, Throwable cause) {
        super("the server's " + part + " failed: " + cause, cause);
    }
}
