package dev.freshet.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.core.model.Snapshot;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ServedModelTest {
    private final PlainEngine engine = new PlainEngine();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final float[] features = new float[Versions.SPEC.input().size()];
    private final float[] probabilities = new float[Versions.SPEC.classes().size()];

    @Test
    void hasNothingToLeaseBeforeTheFirstVersion() throws InterruptedException {
        assertThatExceptionOfType(NoModelException.class)
                .isThrownBy(served::acquire)
                .withMessage("no version of model default has been loaded yet");
        assertThat(served.version()).isZero();
        assertThat(served.manifest()).isEmpty();
        assertThat(served.awaitLoaded(Duration.ofMillis(1))).isFalse();
    }

    @Test
    void anOlderOrEqualVersionNeverReplacesANewerOneAndIsClosed() {
        // Given
        offer(5);

        // When
        boolean older = offer(4);
        boolean equal = offer(5);

        // Then
        assertThat(older).isFalse();
        assertThat(equal).isFalse();
        assertThat(served.version()).isEqualTo(5);
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    @Test
    void aLeaseStaysGoodWhenItsVersionIsReplacedAndClosesItThen() {
        // Given
        offer(1);
        Lease lease = served.acquire();

        // When
        offer(2);

        // Then
        assertThat(engine.openScorers()).isEqualTo(2);
        lease.score(features, 1, probabilities);
        assertThat(lease.version()).isEqualTo(1);
        assertThat(probabilities).doesNotContain(Float.NaN);
        lease.close();
        lease.close();
        assertThat(engine.openScorers()).isEqualTo(1);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> lease.score(features, 1, probabilities));
    }

    @Test
    void closingServesNothingAnyMoreAndFreesEverything() {
        // Given
        offer(1);
        Lease lease = served.acquire();

        // When
        served.close();
        lease.close();
        boolean offered = offer(2);

        // Then
        assertThat(offered).isFalse();
        assertThat(engine.openScorers()).isZero();
        assertThatExceptionOfType(NoModelException.class)
                .isThrownBy(served::acquire)
                .withMessage("the server is closing");
    }

    @Test
    void manyReadersNeverMeetAClosedScorerWhileVersionsAreSwapped() throws Exception {
        // Given
        int readers = 4;
        long versions = 200;
        offer(1);
        AtomicBoolean swapping = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        List<Future<Long>> newest = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            newest.add(threads.submit(reading(swapping)));
        }

        // When
        for (long version = 2; version <= versions; version++) {
            offer(version);
        }
        swapping.set(false);

        // Then
        for (Future<Long> reader : newest) {
            // A scorer that was used after closing, or closed in use, would have thrown.
            assertThat(reader.get()).isEqualTo(versions);
        }
        threads.shutdown();
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    /** Scores until the last version is served; versions must never go back. */
    private Callable<Long> reading(AtomicBoolean swapping) {
        return () -> {
            float[] own = new float[probabilities.length];
            long last = 0;
            boolean again;
            do {
                again = swapping.get();
                try (Lease lease = served.acquire()) {
                    lease.score(features, 1, own);
                    if (lease.version() < last) {
                        throw new AssertionError("version " + lease.version() + " after " + last);
                    }
                    last = lease.version();
                }
            } while (again);
            return last;
        };
    }

    private boolean offer(long version) {
        Snapshot snapshot = Versions.version(version).snapshot();
        return served.offer(snapshot.manifest(), engine.scorer(snapshot.spec(), snapshot.weights()));
    }
}
