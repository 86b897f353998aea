package dev.freshet.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.core.data.Example;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.core.registry.Serving;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShadowTest {
    private static final int SIZE = 64;

    private final PlainEngine engine = new PlainEngine();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final Shadow shadow = Shadow.start(served, registry);
    private final float[] features = new float[SIZE * Versions.SPEC.input().size()];

    @AfterEach
    void close() {
        engine.release();
        shadow.close();
        served.close();
    }

    @Test
    void nobodyWaitsForAShadowThatIsHeldUpAndWhatItCannotHoldIsDropped() {
        // Given
        Versions.load(served, engine, Versions.version(1));
        Versions.load(served, engine, Versions.version(2));
        served.assign(2L, Map.of(Serving.SHADOW, 1L), CanarySplit.NONE);
        engine.hold();
        int batches = 200;

        // When
        try (Lease version = served.acquire()) {
            for (int i = 0; i < batches; i++) {
                version.compare(features, SIZE, probabilities(0), null);
            }
        }

        // Then: of 16 MiB, 83 batches wait, and one is being scored
        double dropped = dropped("queue-full");
        assertThat(dropped).isBetween((batches - 85.0) * SIZE, (batches - 83.0) * SIZE);
        engine.release();
        await().until(() -> compared("agreed") + compared("disagreed") == batches * SIZE - dropped);
        assertThat(Meters.SERVER_SHADOW_CONTESTS
                        .counter(registry, "right", "neither")
                        .count())
                .isZero();
    }

    @Test
    void countsWhoIsRightWhereTheClassIsKnown() {
        // Given: the shadow names one class for all, which are the same example
        Versions.load(served, engine, Versions.version(1));
        Versions.load(served, engine, Versions.version(2));
        served.assign(2L, Map.of(Serving.SHADOW, 1L), CanarySplit.NONE);
        float[] ofShadow = new float[SIZE * 10];
        try (Lease version = served.find(Serving.SHADOW).orElseThrow()) {
            version.score(features, SIZE, ofShadow);
        }
        int named = Scoring.predictedClass(ofShadow, 0, 10);
        int other = (named + 1) % 10;
        int third = (named + 2) % 10;

        // When
        try (Lease version = served.acquire()) {
            version.compare(features, 3, probabilities(named), new int[] {named, other, Example.UNLABELLED});
            version.compare(features, 3, probabilities(other), new int[] {named, other, third});
        }

        // Then
        await().until(() -> compared("agreed") == 3 && compared("disagreed") == 3);
        assertThat(contests("both")).isEqualTo(1);
        assertThat(contests("shadow")).isEqualTo(1);
        assertThat(contests("served")).isEqualTo(1);
        assertThat(contests("neither")).isEqualTo(2);
    }

    @Test
    void neitherItsOwnAnswersNorThoseOfAnotherSpecAreCompared() {
        // Given
        ModelSpec narrow = new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(10));
        Versions.load(served, engine, Versions.version(1, narrow, Versions.weights(narrow, 1)));
        Versions.load(served, engine, Versions.version(2));
        served.assign(2L, Map.of(Serving.SHADOW, 1L), CanarySplit.NONE);

        // When
        try (Lease own = served.find(Serving.SHADOW).orElseThrow();
                Lease wide = served.acquire()) {
            own.compare(features, 5, probabilities(0), null);
            wide.compare(features, 7, probabilities(0), null);
        }

        // Then
        await().until(() -> dropped("other-spec") == 7);
        assertThat(compared("agreed") + compared("disagreed")).isZero();
    }

    @Test
    void withoutALabelledVersionNothingIsKept() {
        // Given
        Versions.load(served, engine, Versions.version(2));
        served.assign(2L, Map.of(), CanarySplit.NONE);

        // When
        try (Lease version = served.acquire()) {
            version.compare(features, SIZE, probabilities(0), null);
        }

        // Then
        assertThat(registry.get(Meters.SERVER_SHADOW_VERSION.meterName())
                        .gauge()
                        .value())
                .isZero();
        assertThat(dropped("queue-full") + dropped("other-spec")).isZero();
    }

    private static float[] probabilities(int named) {
        float[] probabilities = new float[SIZE * 10];
        for (int row = 0; row < SIZE; row++) {
            probabilities[10 * row + named] = 1;
        }
        return probabilities;
    }

    private double compared(String outcome) {
        return Meters.SERVER_SHADOW_COMPARED
                .counter(registry, "outcome", outcome)
                .count();
    }

    private double contests(String right) {
        return Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", right).count();
    }

    private double dropped(String reason) {
        return Meters.SERVER_SHADOW_DROPPED.counter(registry, "reason", reason).count();
    }
}
