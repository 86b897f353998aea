package dev.freshet.server.model;

/** Nothing can be scored: no version has been loaded yet, or the server is closing. */
public final class NoModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoModelException(String message) {
        // No stack trace: every request before the first version meets it.
        super(message, null, false, false);
    }
}
