package dev.freshet.core.registry;

/** A change that is not made, for a reason that whoever asked for it is told; nothing has changed. */
public final class RefusedChangeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    private RefusedChangeException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What kind of refusal it is. */
    public enum Reason {
        /** There is no such version or label. */
        NOT_FOUND,
        /** The state does not allow it; after another change it may. */
        FAILED_PRECONDITION
    }

    static RefusedChangeException notFound(String message) {
        return new RefusedChangeException(Reason.NOT_FOUND, message);
    }

    static RefusedChangeException failed(String message) {
        return new RefusedChangeException(Reason.FAILED_PRECONDITION, message);
    }

    public Reason reason() {
        return reason;
    }
}
