package dev.freshet.bench.process;

import java.io.Serial;

/** A peer could not do what it was told. */
public final class PeerFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    PeerFailedException(String message) {
        super(message);
    }
}
