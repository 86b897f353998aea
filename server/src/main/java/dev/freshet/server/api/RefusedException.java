package dev.freshet.server.api;

/** A request that is not answered, for a reason that the caller is told. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal reason;

    public RefusedException(Refusal reason, String message) {
        // No stack trace: a stream of bad requests must not cost more than a stream of good ones.
        super(message, null, false, false);
        this.reason = reason;
    }

    public static RefusedException invalid(String message) {
        return new RefusedException(Refusal.INVALID_ARGUMENT, message);
    }

    public Refusal reason() {
        return reason;
    }

    /** What the caller is told. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
