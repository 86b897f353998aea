package dev.freshet.server.kafka;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.metrics.Meters;
import dev.freshet.server.model.PathMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is answered and not yet committed; counted with the commit, as only then it stays. Belongs to one thread. */
final class Answered {
    private final MeterRegistry registry;
    private final PathMeters meters;
    private final Map<Reason, Integer> rejected = new EnumMap<>(Reason.class);
    private long[] requestedMillis = new long[1024];
    private int predictions;

    Answered(MeterRegistry registry, PathMeters meters) {
        this.registry = registry;
        this.meters = meters;
    }

    void prediction(long requestedAtMillis) {
        if (predictions == requestedMillis.length) {
            requestedMillis = Arrays.copyOf(requestedMillis, 2 * predictions);
        }
        requestedMillis[predictions] = requestedAtMillis;
        predictions++;
    }

    void deadLetter(Reason reason) {
        rejected.merge(reason, 1, Integer::sum);
    }

    void count(long nowMillis) {
        meters.predictions().increment(predictions);
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
        rejected.clear();
    }
}
