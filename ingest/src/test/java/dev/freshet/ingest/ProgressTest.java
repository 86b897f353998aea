package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.freshet.testkit.MovableClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ProgressTest {
    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Progress terminal =
            Progress.onTerminal(new PrintStream(written, true, StandardCharsets.UTF_8), clock);

    @Test
    void redrawsOneLineWithRateShareAndTimeToGo() {
        // Given
        terminal.started(OptionalLong.of(60_000));
        clock.advance(Duration.ofSeconds(2));

        // When
        terminal.advanced(20_000);

        // Then
        assertThat(lines()).containsExactly("", "20,000 records (33 %), 10,000/s, 0:04 to go");
    }

    @Test
    void leavesOutShareAndTimeToGoWhereThereIsNoEnd() {
        // Given
        terminal.started(OptionalLong.empty());
        clock.advance(Duration.ofSeconds(2));

        // When
        terminal.advanced(500);

        // Then
        assertThat(lines()).containsExactly("", "500 records, 250/s");
    }

    @Test
    void redrawsAFewTimesASecondHoweverManyRecords() {
        // Given
        terminal.started(OptionalLong.empty());

        // When
        for (int i = 1; i <= 1_000; i++) {
            clock.advance(Duration.ofMillis(1));
            terminal.advanced(i);
        }

        // Then
        assertThat(lines()).hasSize(1 + 5);
    }

    @Test
    void endsWithALineThatStaysAndCoversTheLongerOneBefore() {
        // Given
        terminal.started(OptionalLong.of(10_000));
        clock.advance(Duration.ofHours(2));
        terminal.advanced(1);
        clock.advance(Duration.ofMinutes(1));

        // When
        terminal.finished(10_000);

        // Then
        String last = lines().get(2);
        assertThat(last.stripTrailing()).isEqualTo("10,000 records (100 %), 1/s in 2:01:00");
        assertThat(last).hasSizeGreaterThan(lines().get(1).length()).endsWith(System.lineSeparator());
    }

    @Test
    void logsEveryFiveSecondsAndAtTheEndWhereThereIsNoTerminal() {
        // Given
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        Logger logger = (Logger) LoggerFactory.getLogger(LoggedProgress.class);
        logger.addAppender(events);
        Progress log = Progress.inLog(clock);

        // When
        log.started(OptionalLong.of(1_200));
        for (int second = 1; second <= 12; second++) {
            clock.advance(Duration.ofSeconds(1));
            log.advanced(second * 100L);
        }
        log.finished(1_200);

        // Then
        logger.detachAppender(events);
        assertThat(events.list)
                .extracting(ProgressTest::text)
                .containsExactly(
                        "ingesting [records=500, recordsPerSecond=100, percent=41, remaining=0:07]",
                        "ingesting [records=1000, recordsPerSecond=100, percent=83, remaining=0:02]",
                        "ingest finished [records=1200, recordsPerSecond=100, percent=100, elapsed=0:12]");
    }

    private static String text(ILoggingEvent event) {
        return event.getMessage() + " "
                + event.getKeyValuePairs().stream()
                        .map(pair -> pair.key + "=" + pair.value)
                        .toList();
    }

    private List<String> lines() {
        return List.of(written.toString(StandardCharsets.UTF_8).split("\r(?!\n)", -1));
    }
}
