package dev.freshet.server.api;

import dev.freshet.core.config.Config;
import dev.freshet.core.metrics.Meters;
import dev.freshet.server.model.RoleMeters;
import dev.freshet.server.model.Route;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What the batcher does. From any thread. */
final class BatchMeters {
    private final DistributionSummary examples;
    private final Timer duration;
    private final RoleMeters roles;
    private final Counter overloaded;
    private final Counter late;
    private final Counter cancelled;

    BatchMeters(MeterRegistry registry) {
        examples = Meters.SERVER_BATCH_EXAMPLES.summary(registry);
        duration = Meters.SERVER_SCORING_DURATION.timer(registry, "path", "api");
        roles = new RoleMeters(registry);
        overloaded = shed(registry, Refusal.OVERLOADED);
        late = shed(registry, Refusal.DEADLINE_EXCEEDED);
        cancelled = shed(registry, Refusal.CANCELLED);
    }

    private static Counter shed(MeterRegistry registry, Refusal reason) {
        return Meters.SERVER_REQUESTS_SHED.counter(registry, "reason", Config.nameOf(reason));
    }

    void scored(Route.Role role, int size, long nanos) {
        roles.scored(role, size);
        examples.record(size);
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** @param reason one of the three for which requests are given up before they are scored */
    void shed(Refusal reason) {
        switch (reason) {
            case OVERLOADED -> overloaded.increment();
            case DEADLINE_EXCEEDED -> late.increment();
            default -> cancelled.increment();
        }
    }
}
