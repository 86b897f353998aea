package dev.freshet.broker;

import java.io.Serial;

/** The broker could not start; the message tells the user which setting or file to look at. */
public final class BrokerStartException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BrokerStartException(String message) {
        super(message);
    }

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
