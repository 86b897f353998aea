package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class DeliveryTest {
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(
            false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Delivery.class);
    private volatile long nanos;
    private final Delivery delivery = new Delivery(producer, registry, () -> nanos);

    @BeforeEach
    void listenToTheLog() {
        events.start();
        logger.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(events);
    }

    @Test
    void countsWhatIsAcknowledgedAndNothingElse() throws Exception {
        // Given
        delivery.send(record(1));
        delivery.send(record(1));
        nanos = 3_000_000;

        // When
        producer.completeNext();

        // Then
        assertThat(delivery.acknowledged()).isEqualTo(1);
        assertThat(registry.get("freshet.ingest.records").counter().count()).isEqualTo(1);
        assertThat(registry.get("freshet.ingest.send.duration")
                        .timer()
                        .totalTime(java.util.concurrent.TimeUnit.MILLISECONDS))
                .isEqualTo(3);
    }

    @Test
    void waitsForAllThatIsOnItsWay() throws Exception {
        // Given
        delivery.send(record(1));
        delivery.send(record(1));

        // When
        CompletableFuture<Void> awaiting = inBackground(delivery::awaitAll);

        // Then
        producer.completeNext();
        assertThat(awaiting).isNotDone();
        producer.completeNext();
        await().until(awaiting::isDone);
        assertThat(awaiting).isCompleted();
        assertThat(delivery.acknowledged()).isEqualTo(2);
    }

    @Test
    void holdsBackWhileTooMuchIsOnItsWay() throws Exception {
        // Given
        delivery.send(record(Delivery.ROOM_BYTES));

        // When
        CompletableFuture<Void> sending = inBackground(() -> delivery.send(record(1)));

        // Then
        assertThat(sending).isNotDone();
        assertThat(producer.history()).hasSize(1);
        producer.completeNext();
        await().until(sending::isDone);
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void stopsAtTheFirstFailureAndSaysHowManyWereAcknowledged() throws Exception {
        // Given
        delivery.send(record(1));
        delivery.send(record(1));
        delivery.send(record(1));
        producer.completeNext();
        RecordTooLargeException cause = new RecordTooLargeException("1048577 bytes");

        // When
        producer.errorNext(cause);

        // Then
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> delivery.send(record(1)))
                .withCause(cause)
                .withMessageContaining("1048577 bytes")
                .withMessageContaining("1 records were acknowledged")
                .satisfies(e -> assertThat(e.acknowledged()).isEqualTo(1));
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void failsWhenTheLastRecordFails() throws Exception {
        // Given
        delivery.send(record(1));

        // When
        CompletableFuture<Void> awaiting = inBackground(delivery::awaitAll);
        producer.errorNext(new RecordTooLargeException("too large"));

        // Then
        await().until(awaiting::isDone);
        assertThat(awaiting).isCompletedExceptionally();
    }

    @Test
    void failsWhenTheProducerRefusesARecordAtOnce() {
        // Given
        producer.sendException = new org.apache.kafka.common.errors.AuthenticationException("no such user");

        // When / Then
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(() -> delivery.send(record(1)))
                .withMessageContaining("no such user")
                .withMessageContaining("0 records");
    }

    @Test
    void saysWhenTheBrokerIsSilentAndWhenItAnswersAgain() throws Exception {
        // Given
        delivery.send(record(1));
        nanos = Duration.ofSeconds(6).toNanos();

        // When
        delivery.send(record(1));
        delivery.send(record(1));
        producer.completeNext();
        delivery.send(record(1));

        // Then
        assertThat(events.list)
                .extracting(ILoggingEvent::getMessage)
                .containsExactly(
                        "waiting for the broker, which has not acknowledged a record for a while",
                        "the broker acknowledges records again");
    }

    @Test
    void takesAPauseOfTheSenderForNoSilenceOfTheBroker() throws Exception {
        // Given
        delivery.send(record(1));
        producer.completeNext();

        // When
        nanos = Duration.ofMinutes(1).toNanos();
        delivery.send(record(1));
        delivery.send(record(1));

        // Then
        assertThat(events.list).isEmpty();
    }

    @Test
    void givesUpWhatWasNotAwaitedWhenClosed() throws Exception {
        // Given
        delivery.send(record(1));

        // When
        delivery.close();

        // Then
        assertThat(producer.closed()).isTrue();
        assertThat(delivery.acknowledged()).isZero();
    }

    private interface Blocking {
        void run() throws InterruptedException;
    }

    private static CompletableFuture<Void> inBackground(Blocking action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static ProducerRecord<byte[], byte[]> record(int bytes) {
        return new ProducerRecord<>("images", new byte[1], new byte[bytes]);
    }
}
