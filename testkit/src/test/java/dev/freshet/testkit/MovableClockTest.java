package dev.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class MovableClockTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    @Test
    void standsStillUntilMoved() {
        // Given
        MovableClock clock = new MovableClock(START);
        Instant before = clock.instant();

        // When
        clock.advance(Duration.ofMillis(1500));

        // Then
        assertThat(before).isEqualTo(START);
        assertThat(clock.millis()).isEqualTo(START.toEpochMilli() + 1500);
    }

    @Test
    void movesTheSameClockReadInAnotherZone() {
        // Given
        MovableClock clock = new MovableClock(START);
        Clock elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));

        // When
        clock.set(START.plusSeconds(60));

        // Then
        assertThat(elsewhere.instant()).isEqualTo(START.plusSeconds(60));
        assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }
}
