package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
    private long now = 1_000;

    @Test
    void spacesRecordsEvenly() {
        // Given
        Pace pace = new Pace(100, () -> now);

        // When
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            long wait = pace.nanosUntilNext();
            waits.add(wait);
            now += wait;
        }

        // Then
        assertThat(waits).containsExactly(0L, 10_000_000L, 10_000_000L, 10_000_000L);
    }

    @Test
    void keepsTheRateWhenItsIntervalIsNoWholeNumber() {
        // Given
        Pace pace = new Pace(3_000_000, () -> now);
        long start = now;

        // When
        for (int i = 0; i < 3_000_001; i++) {
            now += Math.max(0, pace.nanosUntilNext());
        }

        // Then
        assertThat(now - start).isBetween(999_000_000L, 1_000_000_001L);
    }

    @Test
    void catchesUpAfterOversleeping() {
        // Given
        Pace pace = new Pace(1_000, () -> now);
        pace.nanosUntilNext();

        // When
        now += millis(10);

        // Then: nine more are overdue, the tenth is due now, the next is not
        for (int i = 0; i < 10; i++) {
            assertThat(pace.nanosUntilNext()).isLessThanOrEqualTo(0);
        }
        assertThat(pace.nanosUntilNext()).isEqualTo(millis(1));
    }

    @Test
    void sendsNoBurstAfterAPause() {
        // Given
        Pace pace = new Pace(1_000, () -> now);
        pace.nanosUntilNext();

        // When
        now += millis(10_000);
        int atOnce = 0;
        while (pace.nanosUntilNext() <= 0) {
            atOnce++;
        }

        // Then
        assertThat(atOnce).isBetween(50, 52);
    }

    @Test
    void neverWaitsWithoutALimit() {
        // Given
        Pace pace = new Pace(IngestConfig.UNLIMITED, () -> now);

        // When / Then
        for (int i = 0; i < 100; i++) {
            assertThat(pace.nanosUntilNext()).isZero();
        }
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
