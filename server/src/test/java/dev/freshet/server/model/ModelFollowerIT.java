package dev.freshet.server.model;

import static dev.freshet.server.Versions.publish;
import static dev.freshet.server.Versions.publishDamaged;
import static dev.freshet.server.Versions.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.server.Cluster;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import dev.freshet.testkit.MovableClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
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
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aFailureThatStaysReachesTheOwner(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        publish(kafka, version(1));
        IllegalStateException broken = new IllegalStateException("the native library is broken");

        // When
        started.push(ModelFollower.start(
                served, new BrokenEngine(engine, broken), kafka, registry, clock, manifest -> {}, failures::add));
        await().until(() -> !failures.isEmpty());

        // Then
        assertThat(List.copyOf(failures)).containsExactly(broken);
    }

    private void follow(KafkaSettings kafka) {
        started.push(ModelFollower.start(served, engine, kafka, registry, clock, this::swapped, failures::add));
    }

    private void swapped(Manifest manifest) {
        swaps.add(manifest.version());
    }

    private double gauge(Meters meter) {
        return registry.get(meter.meterName()).gauge().value();
    }
}
