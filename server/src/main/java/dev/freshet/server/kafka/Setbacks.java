package dev.freshet.server.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** Decides whether starting over is worth another try. Belongs to one thread. */
final class Setbacks {
    /** Rebalances of a whole group cause some; more within a minute come from something that stays. */
    private static final int TOLERATED = 10;

    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final Clock clock;
    private final Deque<Instant> recent = new ArrayDeque<>();

    Setbacks(Clock clock) {
        this.clock = clock;
    }

    /** @throws KafkaException the given one if trying again would not help */
    void note(KafkaException setback) {
        for (Throwable cause = setback; cause != null; cause = cause.getCause()) {
            // Authentication, authorization and unsupported versions are among them.
            if (cause instanceof InvalidConfigurationException) {
                throw setback;
            }
        }
        Instant now = clock.instant();
        recent.removeIf(earlier -> earlier.isBefore(now.minus(WITHIN)));
        recent.add(now);
        if (recent.size() > TOLERATED) {
            throw setback;
        }
    }
}
