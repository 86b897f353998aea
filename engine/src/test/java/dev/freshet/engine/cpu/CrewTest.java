package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrewTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void doesEachChunkOfEachPhaseOnce(int threads) {
        try (Crew crew = new Crew(threads)) {
            for (int phase = 0; phase < 20_000; phase++) {
                // Given: now more chunks than before, now fewer
                int count = phase * 7 % 31;
                AtomicIntegerArray times = new AtomicIntegerArray(count);

                // When
                if (phase % 2 == 0) {
                    crew.run((chunk, worker) -> times.incrementAndGet(chunk), count);
                } else {
                    crew.runBackwards((chunk, worker) -> times.incrementAndGet(chunk), count);
                }

                // Then
                for (int chunk = 0; chunk < count; chunk++) {
                    assertThat(times.get(chunk)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void goesBackwardsThroughAShare() {
        try (Crew crew = new Crew(1)) {
            // Given
            List<Integer> chunks = new ArrayList<>();

            // When
            crew.runBackwards((chunk, worker) -> chunks.add(chunk), 4);

            // Then
            assertThat(chunks).containsExactly(3, 2, 1, 0);
        }
    }

    @Test
    void givesChunksToItsWorkers() {
        try (Crew crew = new Crew(2)) {
            // Given: a phase that ends only if two threads are in it
            CountDownLatch both = new CountDownLatch(2);
            AtomicInteger workers = new AtomicInteger();

            // When
            crew.run(
                    (chunk, worker) -> {
                        workers.accumulateAndGet(1 << worker, (a, b) -> a | b);
                        both.countDown();
                        await(both);
                    },
                    2);

            // Then
            assertThat(workers).hasValue(0b11);
        }
    }

    @Test
    void wakesAWorkerThatFellAsleep() throws InterruptedException {
        try (Crew crew = new Crew(2)) {
            for (int times = 0; times < 3; times++) {
                // Given
                CountDownLatch both = new CountDownLatch(2);
                Thread.sleep(5);

                // When, Then: it returns
                crew.run(
                        (chunk, worker) -> {
                            both.countDown();
                            await(both);
                        },
                        2);
            }
        }
    }

    @Test
    void leavesWorkersOutThatAreNotActive() {
        try (Crew crew = new Crew(4)) {
            crew.setActive(1);
            AtomicInteger workers = new AtomicInteger();

            // When
            crew.run((chunk, worker) -> workers.accumulateAndGet(worker, Math::max), 100);

            // Then
            assertThat(workers).hasValue(0);
        }
    }

    @Test
    void tellsWhatWentWrongInAChunkAndGoesOn() {
        try (Crew crew = new Crew(2)) {
            // When, Then
            assertThatThrownBy(() -> crew.run(
                            (chunk, worker) -> {
                                throw new IllegalArgumentException("chunk " + chunk);
                            },
                            1_000))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
            AtomicInteger done = new AtomicInteger();
            crew.run((chunk, worker) -> done.incrementAndGet(), 10);
            assertThat(done).hasValue(10);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
