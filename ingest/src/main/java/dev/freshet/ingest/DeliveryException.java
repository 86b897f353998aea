package dev.freshet.ingest;

/** A record could not be delivered, so ingest has stopped; says how many were acknowledged before. */
public final class DeliveryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long acknowledged;

    DeliveryException(long acknowledged, Exception cause) {
        super(
                "a record was not delivered (" + cause.getMessage() + "); " + acknowledged
                        + " records were acknowledged before ingest stopped",
                cause);
        this.acknowledged = acknowledged;
    }

    /** Records that the broker has for certain; it may have more whose acknowledgement was lost. */
    public long acknowledged() {
        return acknowledged;
    }
}
