package dev.freshet.server.kafka;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.metrics.Meters;
import dev.freshet.server.model.PathMeters;
import dev.freshet.server.model.RoleMeters;
import dev.freshet.server.model.Route.Role;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is answered and not yet committed; counted with the commit, as only then it stays. Belongs to one thread. */
final class Answered {
    private final MeterRegistry registry;
    private final PathMeters meters;
    private final RoleMeters roles;
    private final Map<Reason, Integer> rejected = new EnumMap<>(Reason.class);
    private long[] requestedMillis = new long[1024];
    private int predictions;
    private int byMain;
    private int byCanary;

    Answered(MeterRegistry registry, PathMeters meters) {
        this.registry = registry;
        this.meters = meters;
        this.roles = new RoleMeters(registry);
    }

    void prediction(long requestedAtMillis) {
        if (predictions == requestedMillis.length) {
            requestedMillis = Arrays.copyOf(requestedMillis, 2 * predictions);
        }
        requestedMillis[predictions] = requestedAtMillis;
        predictions++;
    }

    /** @param role of the version that scored so many, which have been told one by one */
    void scored(Role role, int examples) {
        if (role == Role.CANARY) {
            byCanary += examples;
        } else {
            byMain += examples;
        }
    }

    void deadLetter(Reason reason) {
        rejected.merge(reason, 1, Integer::sum);
    }

    void count(long nowMillis) {
        meters.predictions().increment(predictions);
        roles.scored(Role.MAIN, byMain);
        roles.scored(Role.CANARY, byCanary);
        for (int i = 0; i < predictions; i++) {
            meters.duration().record(Math.max(0, nowMillis - requestedMillis[i]), TimeUnit.MILLISECONDS);
        }
        rejected.forEach((reason, letters) -> Meters.SERVER_DEAD_LETTERS
                .counter(registry, "reason", RecordDecoder.nameOf(reason))
                .increment(letters));
        forget();
    }

    void forget() {
        predictions = 0;
        byMain = 0;
        byCanary = 0;
        rejected.clear();
    }
}
