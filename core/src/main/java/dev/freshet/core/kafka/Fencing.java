package dev.freshet.core.kafka;

import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/** How a producer learns that another one has taken its transactional id. Stateless. */
public final class Fencing {
    private Fencing() {}

    /**
     * Whether a failure of a transaction says so, or one of its causes does.
     *
     * <p>Whose commit arrives while the broker still ends the transaction on behalf of the newcomer hears neither of a fence
     * nor of an old epoch, but of a transaction in the wrong state.
     */
    public static boolean isBehind(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof InvalidTxnStateException) {
                return true;
            }
        }
        return false;
    }
}
