package dev.freshet.server.api;

import java.time.Duration;

/**
 * How requests over gRPC and HTTP are scored together.
 *
 * @param maxSize examples of one batch, at least 1
 * @param maxDelay how long a request may wait for others while some thread scores; never while none does
 * @param queue examples that may wait; requests beyond are refused at once
 */
public record Batching(int maxSize, Duration maxDelay, int queue) {
    public Batching {
        if (maxSize < 1 || queue < 1 || maxDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "a batch of " + maxSize + ", a delay of " + maxDelay + " or a queue of " + queue);
        }
    }
}
