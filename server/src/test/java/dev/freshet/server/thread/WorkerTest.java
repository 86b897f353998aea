package dev.freshet.server.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void whatTheBodyThrowsReachesTheOwner() {
        // Given
        IllegalStateException failure = new IllegalStateException("broken");
        Worker worker = new Worker(
                "test",
                () -> {
                    throw failure;
                },
                failures::add);

        // When
        worker.start();

        // Then
        await().untilAsserted(() -> assertThat(failures).containsExactly(failure));
    }

    @Test
    void stoppingEndsAPauseAndIsNoFailure() {
        // Given
        CompletableFuture<Worker> self = new CompletableFuture<>();
        AtomicBoolean ended = new AtomicBoolean();
        Worker worker = new Worker(
                "test",
                () -> {
                    self.join().pause(LONG);
                    ended.set(true);
                },
                failures::add);
        self.complete(worker);
        worker.start();

        // When
        worker.stop(() -> {}, LONG);

        // Then
        assertThat(ended).isTrue();
        assertThat(worker.isRunning()).isFalse();
        assertThat(failures).isEmpty();
    }

    @Test
    void aBodyThatDoesNotListenIsInterrupted() {
        // Given
        CountDownLatch interrupted = new CountDownLatch(1);
        Worker worker = new Worker(
                "test",
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        interrupted.countDown();
                    }
                },
                failures::add);
        worker.start();

        // When
        worker.stop(() -> {}, Duration.ofMillis(1));

        // Then
        await().until(() -> interrupted.getCount() == 0);
        assertThat(failures).isEmpty();
    }
}
