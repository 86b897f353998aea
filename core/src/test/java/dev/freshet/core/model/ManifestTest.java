package dev.freshet.core.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.evaluation.Evaluation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
    private static final ModelSpec SPEC = new ModelSpec(
            new InputSpec(List.of(3, 4, 5), List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 0.5)),
            List.of(new LayerSpec(16, Activation.RELU), new LayerSpec(8, Activation.TANH)),
            List.of("cat", "dog"));

    @Test
    void survivesJson() {
        // Given
        Manifest manifest = manifest("m", 2, 1, new Evaluation(0.5, 0.75, 4));

        // When
        Manifest read = SnapshotCodec.fromJson(SnapshotCodec.toJson(manifest), Manifest.class);

        // Then
        assertThat(read).isEqualTo(manifest);
    }

    @Test
    void survivesJsonWithoutAChampion() {
        // Given
        Manifest first = manifest("m", 1, 0, null);

        // When
        byte[] json = SnapshotCodec.toJson(first);

        // Then
        assertThat(new String(json, UTF_8)).doesNotContain("champion");
        assertThat(SnapshotCodec.fromJson(json, Manifest.class)).isEqualTo(first);
    }

    @Test
    void survivesJsonWithALossThatIsNotFinite() {
        // Given
        Manifest manifest = manifest("m", 2, 1, new Evaluation(Double.NaN, 0, 1));

        // When
        Manifest read = SnapshotCodec.fromJson(SnapshotCodec.toJson(manifest), Manifest.class);

        // Then
        assertThat(read).isEqualTo(manifest);
    }

    @Test
    void readsAFileOfTheFirstRelease() throws IOException {
        // When
        Manifest manifest = SnapshotCodec.fromJson(resource("manifest-version-1.json"), Manifest.class);

        // Then
        assertThat(manifest.champion()).isNull();
        assertThat(manifest.device()).isNull();
        assertThat(manifest.spec().summary()).isEqualTo("784-256-2");
        assertThat(manifest.spec().input().mean()).containsExactly(0.1307);
        assertThat(manifest.spec().input().resize()).isEqualTo(Resize.REFUSE);
        assertThat(manifest.learnedTo()).isEqualTo(Offsets.of("freshet.images", Map.of(0, 512L, 3, 7L)));
        assertThat(manifest.createdAt()).isEqualTo("2026-11-20T12:00:00.123456789Z");
        assertThat(manifest.chunks()).containsExactly("01", "02");
    }

    @Test
    void passesOverWhatANewerTrainerSays() throws IOException {
        // Given
        String json = new String(resource("manifest-version-1.json"), UTF_8);

        // When
        Manifest manifest = SnapshotCodec.fromJson(
                json.replace("\"engine\"", "\"optimizerState\":{\"a\":[1]},\"engine\"")
                        .getBytes(UTF_8),
                Manifest.class);

        // Then
        assertThat(manifest.engine()).isEqualTo("dl4j");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model",
                "version",
                "spec",
                "input",
                "shape",
                "hidden",
                "activation",
                "classes",
                "learnedFrom",
                "learnedTo",
                "topic",
                "next",
                "candidate",
                "engine",
                "createdAt",
                "sha256",
                "chunks"
            })
    void refusesJsonThatSaysTooLittle(String field) throws IOException {
        // Given
        String json =
                new String(resource("manifest-version-1.json"), UTF_8).replace("\"" + field + "\":", "\"forgotten\":");

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotCodec.fromJson(json.getBytes(UTF_8), Manifest.class))
                .withMessageStartingWith("not a readable Manifest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "7", "\u0000"})
    void refusesWhatIsNoManifest(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SnapshotCodec.fromJson(json.getBytes(UTF_8), Manifest.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a b", "ä", "a\n"})
    void refusesANameThatCannotBePartOfAKey(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manifest(name, 1, 0, null))
                .withMessageContaining("a model's name must consist of");
    }

    @Test
    void refusesAVersionThatIsNotNewerThanItsParent() {
        assertThatIllegalArgumentException().isThrownBy(() -> manifest("m", 1, 1, null));
        assertThatIllegalArgumentException().isThrownBy(() -> manifest("m", 0, 0, null));
        assertThatIllegalArgumentException().isThrownBy(() -> manifest("m", 1, -1, null));
    }

    private static Manifest manifest(String model, long version, long parent, @Nullable Evaluation champion) {
        return new Manifest(
                model,
                version,
                parent,
                SPEC,
                Offsets.none("images"),
                Offsets.of("images", Map.of(0, 5L, 1, Long.MAX_VALUE)),
                10,
                2,
                null,
                new Evaluation(0.4, 0.8, 5),
                champion,
                "dl4j",
                "gpu",
                Instant.parse("2026-11-20T12:00:00.5Z"),
                new TakingOrder(List.of(new TakingOrder.Run(1, 500), new TakingOrder.Run(0, 3_000_000_000L))),
                100,
                "ab",
                List.of("cd"));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream stream = Objects.requireNonNull(ManifestTest.class.getResourceAsStream(name))) {
            return stream.readAllBytes();
        }
    }
}
