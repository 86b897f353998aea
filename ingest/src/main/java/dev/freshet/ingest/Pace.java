package dev.freshet.ingest;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Spaces records evenly: each has its own due time, one interval after the last.
 *
 * <p>A sender that falls behind, because threads wake up late, catches up on a little of it and lets the rest go, so a
 * pause is never followed by a burst. Belongs to the sending thread.
 */
final class Pace {
    /** More than a thread oversleeps, less than anybody sees. */
    private static final double CATCH_UP_NANOS = Duration.ofMillis(50).toNanos();

    private final double intervalNanos;
    private final LongSupplier nanoTime;
    private final long start;
    /** Since the start, as a double: at high rates an interval has a fraction that must not be lost. */
    private double due;

    /** @param nanoTime such as {@link System#nanoTime} */
    Pace(double recordsPerSecond, LongSupplier nanoTime) {
        this.intervalNanos = 1e9 / recordsPerSecond;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /**
     * Plans the next record.
     *
     * @return nanoseconds from now until it is due, 0 or less if it is due already
     */
    long nanosUntilNext() {
        if (intervalNanos == 0) {
            return 0;
        }
        double now = nanoTime.getAsLong() - start;
        due = Math.max(due, now - CATCH_UP_NANOS);
        double wait = due - now;
        due += intervalNanos;
        return (long) wait;
    }
}
