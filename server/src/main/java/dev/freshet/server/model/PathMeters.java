package dev.freshet.server.model;

import dev.freshet.core.metrics.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * What every path to the model counts in the same way.
 *
 * @param predictions examples scored
 * @param duration from request to answer
 * @param scoring of one batch
 */
public record PathMeters(Counter predictions, Timer duration, Timer scoring) {
    /** @param path the meters' tag, such as {@code grpc} */
    public static PathMeters of(MeterRegistry registry, String path) {
        return new PathMeters(
                Meters.SERVER_PREDICTIONS.counter(registry, "path", path),
                Meters.SERVER_PREDICTION_DURATION.timer(registry, "path", path),
                Meters.SERVER_SCORING_DURATION.timer(registry, "path", path));
    }
}
