package dev.freshet.core.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.core.model.SnapshotCodec.Part;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotAssemblerTest {
    private static final ModelSpec SMALL = spec(4, 3);
    /** 2 chunks and a bit. */
    private static final ModelSpec LARGE = spec(600, 900);

    private final SnapshotAssembler assembler = new SnapshotAssembler("m");

    @Test
    void putsAVersionOfSeveralChunksTogether() {
        // Given
        SnapshotCodec.Encoded encoded = encode("m", 3, LARGE);

        // When
        List<Assembled> assembled = accept(encoded.parts());

        // Then
        assertThat(encoded.parts()).extracting(Part::key).containsExactly("m/3/0", "m/3/1", "m/3/2", "m/3/manifest");
        assertThat(encoded.parts()).allSatisfy(part -> assertThat(part.value()).hasSizeLessThan(1_000_000));
        Snapshot snapshot = onlyComplete(assembled);
        assertThat(snapshot.manifest()).isEqualTo(encoded.snapshot().manifest());
        assertThat(Safetensors.encode(snapshot.weights()))
                .isEqualTo(Safetensors.encode(encoded.snapshot().weights()));
    }

    @Test
    void readsTheFirstVersionWhichHasNoChampion() {
        // Given
        SnapshotCodec.Encoded encoded = encode("m", 1, SMALL);

        // When
        List<Assembled> assembled = accept(encoded.parts());

        // Then
        assertThat(onlyComplete(assembled).manifest().champion()).isNull();
    }

    @Test
    void keepsTheFileAsItWasPublishedWhoeverWroteIt() {
        // Given: a header that is eight spaces longer than ours
        SnapshotCodec.Encoded encoded = encode("m", 3, SMALL);
        ByteBuffer ours =
                ByteBuffer.wrap(encoded.parts().get(0).value().clone()).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) ours.getLong();
        byte[] file = ByteBuffer.allocate(ours.capacity() + 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header + 8L)
                .put(ours.slice(8, header))
                .put(" ".repeat(8).getBytes(UTF_8))
                .put(ours.slice(8 + header, ours.capacity() - 8 - header))
                .array();
        ObjectNode manifest = SnapshotCodec.fromJson(encoded.parts().get(1).value(), ObjectNode.class);
        manifest.put("bytes", file.length).put("sha256", SnapshotCodec.sha256(file));
        manifest.putArray("chunks").add(SnapshotCodec.sha256(file));

        // When
        List<Assembled> assembled =
                accept(List.of(new Part("m/3/0", file), new Part("m/3/manifest", SnapshotCodec.toJson(manifest))));

        // Then
        onlyComplete(assembled);
        assertThat(((Assembled.Complete) assembled.get(0)).file()).isEqualTo(file);
    }

    @Test
    void refusesAVersionWithOneFlippedBitInAnyChunk() {
        SnapshotCodec.Encoded encoded = encode("m", 3, LARGE);
        for (int chunk = 0; chunk < 3; chunk++) {
            // Given
            List<Part> parts = new ArrayList<>(encoded.parts());
            parts.set(chunk, flipped(parts.get(chunk), 8 * (parts.get(chunk).value().length - 1) + 3));

            // When
            List<Assembled> assembled = accept(parts);

            // Then
            assertThat(assembled)
                    .containsExactly(new Assembled.Damaged(
                            3, "chunk " + chunk + " does not have the SHA-256 that the manifest gives"));
        }
    }

    @Test
    void neverServesOtherWeightsForAFlippedBitInTheManifest() {
        // Given
        SnapshotCodec.Encoded encoded = encode("m", 3, SMALL);
        Part manifest = encoded.parts().get(1);
        byte[] weights = Safetensors.encode(encoded.snapshot().weights());

        for (int bit = 0; bit < 8 * manifest.value().length; bit++) {
            // When
            List<Assembled> assembled = accept(List.of(encoded.parts().get(0), flipped(manifest, bit)));

            // Then
            assertThat(assembled).hasSize(1);
            assertThat(assembled.get(0).version()).isEqualTo(3);
            if (assembled.get(0) instanceof Assembled.Complete complete) {
                assertThat(Safetensors.encode(complete.snapshot().weights())).isEqualTo(weights);
            }
        }
    }

    @Test
    void refusesAVersionWithoutOneOfItsChunks() {
        // Given
        List<Part> parts = new ArrayList<>(encode("m", 3, LARGE).parts());
        parts.remove(1);

        // When
        List<Assembled> assembled = accept(parts);

        // Then
        assertThat(assembled).containsExactly(new Assembled.Damaged(3, "chunk 1 of 3 is missing"));
    }

    @Test
    void refusesAVersionWhoseChunkWasDeleted() {
        // Given
        List<Part> parts = encode("m", 3, SMALL).parts();

        // When
        accept(parts.subList(0, 1));
        Optional<Assembled> deleted = assembler.accept("m/3/0", null);
        List<Assembled> assembled = accept(parts.subList(1, 2));

        // Then
        assertThat(deleted).isEmpty();
        assertThat(assembled).containsExactly(new Assembled.Damaged(3, "chunk 0 of 1 is missing"));
    }

    @Test
    void saysWhichVersionADeletedManifestTakesAway() {
        assertThat(assembler.removedBy("m/3/manifest", null)).hasValue(3);
        assertThat(assembler.removedBy("m/3/manifest", new byte[1])).isEmpty();
        assertThat(assembler.removedBy("m/3/0", null)).isEmpty();
        assertThat(assembler.removedBy("m/0/manifest", null)).isEmpty();
        assertThat(assembler.removedBy("mm/3/manifest", null)).isEmpty();
        assertThat(assembler.removedBy("m/serving", null)).isEmpty();
        assertThat(assembler.removedBy(null, null)).isEmpty();
    }

    @Test
    void refusesWeightsThatDoNotFitTheirSpec() {
        // Given
        List<Part> parts =
                SnapshotCodec.encode(draft("m", 3, SMALL), weights(spec(4, 5))).parts();

        // When
        List<Assembled> assembled = accept(parts);

        // Then
        assertThat(assembled).singleElement().isInstanceOf(Assembled.Damaged.class);
    }

    @Test
    void refusesAManifestUnderAnotherVersionsKey() {
        // Given
        List<Part> parts = encode("m", 3, SMALL).parts();

        // When
        Optional<Assembled> assembled =
                assembler.accept("m/4/manifest", parts.get(1).value());

        // Then
        assertThat(assembled).contains(new Assembled.Damaged(4, "the manifest is of m version 3"));
    }

    @Test
    void passesOverOtherModelsAndWhatIsNoPartOfAVersion() {
        // Given
        byte[] manifest = encode("m", 3, SMALL).parts().get(1).value();

        for (String key : new String[] {
            "mm/3/manifest",
            "n/3/manifest",
            "m",
            "m/",
            "m/3",
            "/3/manifest",
            "m//manifest",
            "m/x/manifest",
            "m/-3/manifest",
            "m/0/manifest",
            "m/99999999999999999999/manifest",
            "m/3/manifest/",
            "m/b/c/d",
            "a/b/c/d",
            "",
            null
        }) {
            // When
            Optional<Assembled> assembled = assembler.accept(key, manifest);

            // Then
            assertThat(assembled).as("key %s", key).isEmpty();
        }
    }

    @Test
    void keepsTwoModelsInOneTopicApart() {
        // Given
        SnapshotCodec.Encoded mine = encode("m", 3, LARGE);
        List<Part> other = encode("n", 3, LARGE).parts();
        List<Part> mixed = new ArrayList<>();
        for (int i = 0; i < other.size(); i++) {
            mixed.add(other.get(i));
            mixed.add(mine.parts().get(i));
        }

        // When
        List<Assembled> assembled = accept(mixed);

        // Then
        assertThat(onlyComplete(assembled).manifest()).isEqualTo(mine.snapshot().manifest());
    }

    @Test
    void takesNoChunkFromAnOlderVersion() {
        // Given
        List<Part> abandoned = encode("m", 2, LARGE).parts().subList(0, 3);
        SnapshotCodec.Encoded newer = encode("m", 3, LARGE);

        // When
        accept(abandoned);
        List<Assembled> assembled = accept(newer.parts());

        // Then
        assertThat(onlyComplete(assembled).version()).isEqualTo(3);
        assertThat(accept(encode("m", 2, LARGE).parts().subList(3, 4)))
                .containsExactly(new Assembled.Damaged(2, "chunk 0 of 3 is missing"));
    }

    @Test
    void readsAVersionAgainThatWasSentAgain() {
        // Given
        SnapshotCodec.Encoded encoded = encode("m", 3, LARGE);
        accept(encoded.parts());

        // When
        List<Assembled> again = accept(encoded.parts());

        // Then
        assertThat(onlyComplete(again).manifest()).isEqualTo(encoded.snapshot().manifest());
    }

    @Test
    void refusesAManifestWhoseChunksAreRightButWhoseWholeIsNot() {
        // Given
        List<Part> parts = encode("m", 3, SMALL).parts();
        String manifest = new String(parts.get(1).value(), UTF_8);
        String sha256 = SnapshotCodec.sha256(parts.get(0).value());

        // When
        accept(parts.subList(0, 1));
        Optional<Assembled> assembled = assembler.accept(
                "m/3/manifest", manifest.replaceFirst(sha256, "0".repeat(64)).getBytes(UTF_8));

        // Then
        assertThat(assembled)
                .contains(new Assembled.Damaged(
                        3, "the file does not have the size and SHA-256 that the manifest gives"));
    }

    private List<Assembled> accept(List<Part> parts) {
        List<Assembled> assembled = new ArrayList<>();
        parts.forEach(part -> assembler.accept(part.key(), part.value()).ifPresent(assembled::add));
        return assembled;
    }

    private static Snapshot onlyComplete(List<Assembled> assembled) {
        assertThat(assembled).singleElement().isInstanceOf(Assembled.Complete.class);
        return ((Assembled.Complete) assembled.get(0)).snapshot();
    }

    private static Part flipped(Part part, int bit) {
        byte[] value = part.value().clone();
        value[bit / 8] ^= (byte) (1 << bit % 8);
        return new Part(part.key(), value);
    }

    private static SnapshotCodec.Encoded encode(String model, long version, ModelSpec spec) {
        return SnapshotCodec.encode(draft(model, version, spec), weights(spec));
    }

    private static SnapshotCodec.Draft draft(String model, long version, ModelSpec spec) {
        @Nullable Evaluation champion = version == 1 ? null : new Evaluation(0.6, 0.5, 10);
        return new SnapshotCodec.Draft(
                model,
                version,
                version - 1,
                spec,
                Offsets.of("images", Map.of(0, 10L)),
                Offsets.of("images", Map.of(0, 20L)),
                10,
                1,
                null,
                new Evaluation(0.5, 0.5, 10),
                champion,
                "dl4j",
                "cpu",
                Instant.EPOCH,
                null);
    }

    private static ModelSpec spec(int inputs, int units) {
        return new ModelSpec(
                InputSpec.point(inputs), List.of(new LayerSpec(units, Activation.RELU)), ModelSpec.numbered(2));
    }

    /** Random, since zeros would hide chunks that were swapped. */
    private static Weights weights(ModelSpec spec) {
        Random random = new Random(7);
        List<NamedTensor> tensors = new ArrayList<>();
        spec.parameterShapes().forEach((name, shape) -> {
            float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            tensors.add(new NamedTensor(name, shape, values));
        });
        return new Weights(tensors);
    }
}
