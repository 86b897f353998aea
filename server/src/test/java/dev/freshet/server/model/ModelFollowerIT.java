package dev.freshet.server.model;

import static dev.freshet.server.Versions.publish;
import static dev.freshet.server.Versions.publishDamaged;
import static dev.freshet.server.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Change;
import dev.freshet.engine.Scorer;
import dev.freshet.server.Cluster;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import dev.freshet.testkit.MovableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaBrokerExtension.class)
class ModelFollowerIT {
    private final PlainEngine engine = new PlainEngine();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MovableClock clock = new MovableClock(Versions.CREATED);
    private final Deque<ModelFollower> started = new ArrayDeque<>();
    private final Queue<Long> swaps = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void everyScorerIsClosed() {
        started.forEach(ModelFollower::close);
        served.close();
        assertThat(engine.openScorers()).isZero();
    }

    @Test
    void loadsOnlyTheNewestVersionAtFirstThenEachAsItComes(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (long version = 1; version <= 5; version++) {
            publish(kafka, version(version));
        }

        // When
        follow(kafka);
        await().until(served::version, version -> version == 5);
        publish(kafka, version(6));

        // Then: the follower counts and tells after it has swapped
        await().untilAsserted(() -> {
            assertThat(swaps).containsExactly(5L, 6L);
            assertThat(engine.openScorers()).isEqualTo(1);
            assertThat(Meters.SERVER_VERSIONS_LOADED.counter(registry).count()).isEqualTo(2);
            assertThat(Meters.SERVER_SWAP_DURATION.timer(registry).count()).isEqualTo(2);
        });
        assertThat(failures).isEmpty();
    }

    @Test
    void fallsBackToAnOlderVersionIfTheNewestIsDamagedAtTheStart(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        publish(kafka, version(2));
        publishDamaged(kafka, version(3));

        // When
        follow(kafka);
        await().until(() -> !swaps.isEmpty());

        // Then
        assertThat(swaps).containsExactly(2L);
        assertThat(Meters.SERVER_VERSIONS_REFUSED.counter(registry).count()).isEqualTo(1);
    }

    @Test
    void refusesAVersionWithOneFlippedBitAndGoesOnServing(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));

        // When
        follow(kafka);
        await().until(served::isLoaded);
        publishDamaged(kafka, version(2));
        await().until(() -> Meters.SERVER_VERSIONS_REFUSED.counter(registry).count() == 1);

        // Then
        assertThat(served.version()).isEqualTo(1);
        publish(kafka, version(3));
        await().until(served::version, version -> version == 3);
    }

    @Test
    void anOlderVersionThatComesLaterIsNotServed(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(7));

        // When
        follow(kafka);
        await().until(served::isLoaded);
        publish(kafka, version(6));
        publish(kafka, version(8));
        // The follower tells of a swap after it has swapped.
        await().until(() -> swaps.contains(8L));

        // Then
        assertThat(swaps).containsExactly(7L, 8L);
    }

    @Test
    void anOldVersionIsReadAgainWhenItIsPinnedAndLetGoAfterwards(KafkaBroker broker) throws Exception {
        // Given: weights of 6 versions were not kept
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (long version = 1; version <= 6; version++) {
            publish(kafka, version(version));
        }
        follow(kafka);
        await().until(served::version, version -> version == 6);

        // When
        change(kafka, new Change.Pin(2));
        await().until(served::version, version -> version == 2);

        // Then: what comes is not served, and nothing else stays loaded
        publish(kafka, version(7));
        change(kafka, new Change.Label("shadow", 1, null));
        await().until(() -> served.versions().equals(List.of(1L, 2L)));
        assertThat(served.version()).isEqualTo(2);
        assertThat(engine.openScorers()).isEqualTo(2);
        assertThat(served.find("shadow")).isPresent().get().satisfies(lease -> {
            assertThat(lease.version()).isEqualTo(1);
            lease.close();
        });

        // When
        change(kafka, new Change.Unpin());
        change(kafka, new Change.Unlabel("shadow"));

        // Then
        await().until(() -> served.versions().equals(List.of(7L)));
        assertThat(engine.openScorers()).isEqualTo(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void theScoresOfAVersionThatWasReadAgainAreItsOwn(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (long version = 1; version <= 6; version++) {
            publish(kafka, version(version));
        }
        follow(kafka);
        change(kafka, new Change.Label("stable", 1, null));
        await().until(() -> served.isLoaded(1));
        float[] features = new float[Versions.SPEC.input().size()];
        float[] expected = new float[Versions.SPEC.classes().size()];
        float[] actual = expected.clone();

        // When
        try (Lease lease = served.acquire(served.route("stable", ""));
                Scorer first = engine.scorer(Versions.SPEC, Versions.weights(Versions.SPEC, 1))) {
            lease.score(features, 1, actual);
            first.score(features, 1, expected);
        }

        // Then
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void aRollbackGoesBackAndWhatIsPublishedNextIsServedAgain(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (long version = 1; version <= 5; version++) {
            publish(kafka, version(version));
        }
        follow(kafka);
        await().until(served::version, version -> version == 5);

        // When
        change(kafka, new Change.Rollback(3L));

        // Then
        await().until(served::version, version -> version == 3);
        publish(kafka, version(6));
        await().until(served::version, version -> version == 6);
        assertThat(served.versions()).containsExactly(6L);
    }

    @Test
    void aFollowerThatStartsComesToTheSameAsOneThatWasThere(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        for (long version = 1; version <= 5; version++) {
            publish(kafka, version(version));
        }
        change(kafka, new Change.Label("stable", 2, null));
        change(kafka, new Change.Label("canary", 4, 5.0));
        change(kafka, new Change.Quarantine(5));

        // When
        follow(kafka, new VersionPolicy("stable"));

        // Then
        await().untilAsserted(() -> {
            assertThat(served.version()).isEqualTo(2);
            assertThat(served.labels()).isEqualTo(Map.of("stable", 2L, "canary", 4L));
            assertThat(served.canaryVersion()).isEqualTo(4);
        });
        // The newest was never looked at.
        assertThat(swaps).containsExactly(2L);
    }

    @Test
    void aLabelThatNobodyHasGivenMeansTheNewest(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        publish(kafka, version(2));
        publish(kafka, version(3));
        follow(kafka, new VersionPolicy("stable"));
        await().until(served::version, version -> version == 3);

        // When
        change(kafka, new Change.Label("stable", 1, null));

        // Then
        await().until(served::version, version -> version == 1);
    }

    @Test
    void whatIsServedGoesOnWhereThePinnedOrLabelledVersionCannotBeLoaded(KafkaBroker broker) throws Exception {
        // Given: nothing checks what is written here
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        publish(kafka, version(2));
        publish(kafka, version(4, Versions.SPEC, overflowing()));
        publish(kafka, version(5));
        follow(kafka);
        change(kafka, new Change.Label("stable", 1, null));
        await().until(() -> served.labels().equals(Map.of("stable", 1L)));

        // When
        change(kafka, new Change.Label("stable", 4, null));
        change(kafka, new Change.Pin(4));
        change(kafka, new Change.Label("shadow", 2, null));
        await().until(() -> served.isLoaded(2));

        // Then
        assertThat(served.version()).isEqualTo(5);
        assertThat(served.labels()).isEqualTo(Map.of("stable", 1L, "shadow", 2L));
        assertThat(Meters.SERVER_VERSIONS_REFUSED.counter(registry).count()).isEqualTo(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void exportsTheServedVersionAndItsAge(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        follow(kafka);
        assertThat(gauge(Meters.SERVER_SERVED_VERSION)).isZero();
        assertThat(gauge(Meters.SERVER_SNAPSHOT_AGE)).isNaN();
        publish(kafka, version(4));
        await().until(served::isLoaded);

        // When
        clock.advance(Duration.ofSeconds(90));

        // Then
        assertThat(gauge(Meters.SERVER_SERVED_VERSION)).isEqualTo(4);
        assertThat(gauge(Meters.SERVER_SNAPSHOT_AGE)).isEqualTo(90);
    }

    @Test
    void waitsForABrokerThatIsAwayAndStopsAtOnce() {
        // Given
        KafkaSettings nobody = KafkaSettings.of("localhost:1", Topics.withPrefix("nobody."));

        // When
        long begin = System.nanoTime();
        follow(nobody);
        assertThat(served.isLoaded()).isFalse();
        started.forEach(ModelFollower::close);

        // Then
        assertThat(failures).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void tellsThatNothingAnswersAnyMoreAndThatSomethingDoesAgain(KafkaBroker broker) throws Exception {
        // Given: of five versions that the catalog knows, the topic has one
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        Queue<Boolean> told = new ConcurrentLinkedQueue<>();
        follow(kafka, VersionPolicy.LATEST, () -> told.add(served.isLoaded()));
        await().until(() -> List.copyOf(told).equals(List.of(true)));

        // When
        change(kafka, new Change.Quarantine(1));

        // Then
        await().until(() -> List.copyOf(told).equals(List.of(true, false)));
        publish(kafka, version(6));
        await().until(() -> List.copyOf(told).equals(List.of(true, false, true)));
    }

    @Test
    void aFailureThatStaysReachesTheOwner(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        IllegalStateException broken = new IllegalStateException("the native library is broken");

        // When
        started.push(ModelFollower.start(
                served,
                new VersionIndex(Versions.MODEL),
                VersionPolicy.LATEST,
                new BrokenEngine(engine, broken),
                kafka,
                registry,
                clock,
                () -> {},
                failures::add));
        await().until(() -> !failures.isEmpty());

        // Then
        assertThat(List.copyOf(failures)).containsExactly(broken);
    }

    private void follow(KafkaSettings kafka) {
        follow(kafka, VersionPolicy.LATEST);
    }

    private void follow(KafkaSettings kafka, VersionPolicy policy) {
        follow(kafka, policy, () -> served.manifest().ifPresent(this::swapped));
    }

    private void follow(KafkaSettings kafka, VersionPolicy policy, Runnable onSwap) {
        started.push(ModelFollower.start(
                served,
                new VersionIndex(Versions.MODEL),
                policy,
                engine,
                kafka,
                registry,
                clock,
                onSwap,
                failures::add));
    }

    private static void change(KafkaSettings kafka, Change change) {
        Catalog catalog = new Catalog(new TreeSet<>(List.of(1L, 2L, 3L, 4L, 5L)), Map.of());
        new Registry(kafka, Clock.systemUTC())
                .change(Versions.MODEL, change, new Authorship("mara", "a test"), () -> catalog);
    }

    /** They are whole, but no probabilities come of them. */
    private static Weights overflowing() {
        return new Weights(Versions.weights(Versions.SPEC, 1).tensors().stream()
                .map(tensor -> {
                    float[] values = new float[tensor.values().length];
                    Arrays.fill(values, Float.MAX_VALUE);
                    return new NamedTensor(tensor.name(), tensor.shape(), values);
                })
                .toList());
    }

    private void swapped(Manifest manifest) {
        swaps.add(manifest.version());
    }

    private double gauge(Meters meter) {
        return registry.get(meter.meterName()).gauge().value();
    }
}
