package dev.freshet.server.grpc;

import dev.freshet.server.api.RefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** gRPC's words for refusals. Stateless. */
public final class Statuses {
    private Statuses() {}

    public static StatusRuntimeException of(RefusedException refusal) {
        Status status =
                switch (refusal.reason()) {
                    case INVALID_ARGUMENT, TOO_LARGE -> Status.INVALID_ARGUMENT;
                    case NOT_FOUND -> Status.NOT_FOUND;
                    case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
                    case OVERLOADED -> Status.RESOURCE_EXHAUSTED;
                    case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
                    case CANCELLED -> Status.CANCELLED;
                    case UNAVAILABLE -> Status.UNAVAILABLE;
                    case INTERNAL -> Status.INTERNAL;
                };
        return status.withDescription(refusal.getMessage()).asRuntimeException();
    }
}
