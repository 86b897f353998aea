package dev.freshet.server.model;

import dev.freshet.core.metrics.Meters;
import dev.freshet.server.model.Route.Role;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Examples by what the version was there for that scored them, whatever path they came. From any thread. */
public final class RoleMeters {
    private final Counter main;
    private final Counter canary;
    private final Counter named;

    public RoleMeters(MeterRegistry registry) {
        this.main = counter(registry, Role.MAIN);
        this.canary = counter(registry, Role.CANARY);
        this.named = counter(registry, Role.NAMED);
    }

    private static Counter counter(MeterRegistry registry, Role role) {
        return Meters.SERVER_SCORED.counter(registry, "role", role.tag());
    }

    public void scored(Role role, int examples) {
        switch (role) {
            case MAIN -> main.increment(examples);
            case CANARY -> canary.increment(examples);
            case NAMED -> named.increment(examples);
        }
    }
}
