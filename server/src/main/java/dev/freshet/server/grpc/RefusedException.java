package dev.freshet.server.grpc;

import io.grpc.Status;

/** A request that cannot be answered, for a reason that the caller is told. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Status.Code code;

    RefusedException(Status.Code code, String message) {
        // No stack trace: a stream of bad requests must not cost more than a stream of good ones.
        super(message, null, false, false);
        this.code = code;
    }

    static RefusedException invalid(String message) {
        return new RefusedException(Status.Code.INVALID_ARGUMENT, message);
    }

    Status.Code code() {
        return code;
    }
}
