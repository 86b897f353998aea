package dev.freshet.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.core.registry.CanarySplit;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    void aVersionThatIsLoadedAlreadyStaysAndItsSecondScorerIsClosed() {
        // Given
        serve(5);

        // When
        load(5);

        // Then
        assertThat(served.versions()).containsExactly(5L);
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    @Test
    void aLeaseStaysGoodWhenItsVersionIsReplacedAndClosesItThen() {
        // Given
        serve(1);
        Lease lease = served.acquire();

        // When
        serve(2);

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
        serve(1);
        Lease lease = served.acquire();

        // When
        served.close();
        lease.close();
        load(2);
        served.assign(2L, Map.of(), CanarySplit.NONE);

        // Then
        assertThat(served.isLoaded()).isFalse();
        assertThat(engine.openScorers()).isZero();
        assertThatExceptionOfType(NoModelException.class)
                .isThrownBy(served::acquire)
                .withMessage("the server is closing");
    }

    @Test
    void aVersionIsFoundByNumberAndLabelAndStaysLoadedWhileItIsLabelled() {
        // Given
        serve(1);
        load(2);
        load(3);

        // When
        served.assign(3L, Map.of("stable", 1L, "shadow", 1L), CanarySplit.NONE);

        // Then: nothing has a use for version 2
        assertThat(served.versions()).containsExactly(1L, 3L);
        assertThat(engine.openScorers()).isEqualTo(2);
        assertThat(versionOf(served.route("stable", ""))).isEqualTo(1);
        assertThat(versionOf(served.route("3", ""))).isEqualTo(3);
        assertThat(versionOf(Route.MAIN)).isEqualTo(3);
        assertThatExceptionOfType(NotLoadedException.class)
                .isThrownBy(() -> versionOf(served.route("2", "")))
                .withMessage("version \"2\" of model default is not served; 1, 3, shadow, stable are");
        assertThat(served.find("canary")).isEmpty();

        // When
        served.assign(3L, Map.of(), CanarySplit.NONE);

        // Then
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    @Test
    void aRequestGoesToTheCanaryOnlyWhileThereIsOneBesidesTheVersionThatAnswers() {
        // Given
        serve(1);
        load(2);
        CanarySplit all = CanarySplit.ofWeight(100);

        // When
        served.assign(1L, Map.of("canary", 2L), all);

        // Then
        assertThat(served.canaryVersion()).isEqualTo(2);
        assertThat(served.route("", "a")).isEqualTo(Route.CANARY);
        assertThat(versionOf(Route.CANARY)).isEqualTo(2);
        assertThat(served.route("1", "a").role()).isEqualTo(Route.Role.NAMED);

        // When: it has become the version that answers
        served.assign(2L, Map.of("canary", 2L), all);

        // Then
        assertThat(served.canaryVersion()).isZero();
        assertThat(served.route("", "a")).isEqualTo(Route.MAIN);
        assertThat(versionOf(Route.CANARY)).isEqualTo(2);
    }

    private long versionOf(Route route) {
        try (Lease lease = served.acquire(route)) {
            return lease.version();
        }
    }

    @Test
    void manyReadersNeverMeetAClosedScorerWhileVersionsAreSwapped() throws Exception {
        // Given
        int readers = 4;
        long versions = 200;
        serve(1);
        AtomicBoolean swapping = new AtomicBoolean(true);
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        List<Future<Long>> newest = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            newest.add(threads.submit(reading(swapping)));
        }

        // When
        for (long version = 2; version <= versions; version++) {
            serve(version);
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

    private void serve(long version) {
        Versions.serve(served, engine, Versions.version(version));
    }

    private void load(long version) {
        Versions.load(served, engine, Versions.version(version));
    }
}
