package dev.freshet.ingest;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** How an ingest has gone from its start until now; read by whoever shows progress. Belongs to one thread. */
final class Course {
    private final Clock clock;
    private final Duration interval;
    private final OptionalLong total;
    private final long start;
    private long shown;

    /** @param interval between two looks */
    Course(Clock clock, Duration interval, OptionalLong total) {
        this.clock = clock;
        this.interval = interval;
        this.total = total;
        this.start = clock.millis();
        this.shown = start;
    }

    /** Whether an interval has passed since this was last true. */
    boolean isDue() {
        long now = clock.millis();
        // A clock that was set back must not silence the progress until it has caught up.
        boolean due = now - shown >= interval.toMillis() || now < shown;
        if (due) {
            shown = now;
        }
        return due;
    }

    Duration elapsed() {
        return Duration.ofMillis(Math.max(0, clock.millis() - start));
    }

    /** Mean since the start; 0 before any time has passed. */
    long recordsPerSecond(long records) {
        long millis = elapsed().toMillis();
        return millis == 0 ? 0 : Math.round(records * 1000.0 / millis);
    }

    /** Whole per cent; empty where there is no end. */
    OptionalLong percent(long records) {
        return total.isPresent() ? OptionalLong.of(100 * records / total.getAsLong()) : OptionalLong.empty();
    }

    /** Time until the end at the mean rate so far; empty where there is no end or no rate yet. */
    Optional<Duration> remaining(long records) {
        if (total.isEmpty() || records == 0) {
            return Optional.empty();
        }
        double share = (double) (total.getAsLong() - records) / records;
        return Optional.of(Duration.ofSeconds(Math.round(share * elapsed().toMillis() / 1000.0)));
    }

    /** As {@code m:ss} or {@code h:mm:ss}. */
    static String format(Duration duration) {
        long hours = duration.toHours();
        return hours > 0
                ? String.format("%d:%02d:%02d", hours, duration.toMinutesPart(), duration.toSecondsPart())
                : String.format("%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
