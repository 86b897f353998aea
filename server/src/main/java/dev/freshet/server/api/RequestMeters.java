package dev.freshet.server.api;

import dev.freshet.core.config.Config;
import dev.freshet.core.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every transport counts in the same way. From any thread. */
public final class RequestMeters {
    private static final Logger log = LoggerFactory.getLogger(RequestMeters.class);

    private final Counter predictions;
    private final Timer duration;
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);

    /** @param path the meters' tag, such as {@code grpc} */
    public RequestMeters(MeterRegistry registry, String path) {
        predictions = Meters.SERVER_PREDICTIONS.counter(registry, "path", path);
        duration = Meters.SERVER_PREDICTION_DURATION.timer(registry, "path", path);
        for (Refusal reason : Refusal.values()) {
            refusals.put(
                    reason,
                    Meters.SERVER_REQUESTS_FAILED.counter(registry, "path", path, "reason", Config.nameOf(reason)));
        }
    }

    /** @param startedNanos of {@link System#nanoTime}, when the request came */
    public void answered(Answer answer, long startedNanos) {
        predictions.increment(answer.size());
        duration.record(System.nanoTime() - startedNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Counts a request without an answer, and logs it where that is the server's fault.
     *
     * @return what the caller is told
     */
    public RefusedException refused(Throwable failure) {
        RefusedException refusal = refusal(failure);
        Counter counter = refusals.get(refusal.reason());
        if (counter != null) {
            counter.increment();
        }
        return refusal;
    }

    private static RefusedException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        if (cause instanceof CancellationException) {
            return new RefusedException(Refusal.CANCELLED, "the request was cancelled");
        }
        log.atError().setCause(cause).log("request failed");
        return new RefusedException(Refusal.INTERNAL, "the server failed; its log says why");
    }
}
