package dev.freshet.server.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.testkit.MovableClock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class SetbacksTest {
    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private final Setbacks setbacks = new Setbacks(clock);

    @Test
    void toleratesSomeWithinAMinuteAndThenGivesUpWithTheLast() {
        // Given
        for (int i = 0; i < 10; i++) {
            setbacks.note(new CommitFailedException());
        }
        KafkaException last = new KafkaException("one too many");

        // Then
        assertThatThrownBy(() -> setbacks.note(last)).isSameAs(last);
    }

    @Test
    void forgetsThoseOfEarlierMinutes() {
        assertThatCode(() -> {
                    for (int i = 0; i < 100; i++) {
                        clock.advance(Duration.ofSeconds(7));
                        setbacks.note(new CommitFailedException());
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void givesUpAtOnceWhereNobodyButTheOperatorCanHelp() {
        KafkaException denied = new KafkaException(new TopicAuthorizationException("predictions"));

        assertThatThrownBy(() -> setbacks.note(denied)).isSameAs(denied);
    }
}
