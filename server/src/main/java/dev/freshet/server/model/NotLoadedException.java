package dev.freshet.server.model;

/** A version or label that was asked for is none of those that are loaded; the message names those. */
public final class NotLoadedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotLoadedException(String message) {
        // No stack trace: whoever asks for an old version may do so a thousand times per second.
        super(message, null, false, false);
    }
}
