package dev.freshet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.NetworkState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckpointCodecTest {
    private static final ModelSpec SPEC = new ModelSpec(InputSpec.point(4), List.of(), ModelSpec.numbered(3));

    @Test
    void keepsEverythingToTheLastBit() {
        // Given
        Checkpoint checkpoint = checkpoint(null);

        // When
        Checkpoint read = CheckpointCodec.decode(CheckpointCodec.encode(checkpoint));

        // Then
        assertThat(CheckpointText.of(read)).isEqualTo(CheckpointText.of(checkpoint));
        assertThat(read.model()).isEqualTo("m");
        assertThat(read.spec()).isEqualTo(SPEC);
        assertThat(read.engine()).isEqualTo("cpu");
        assertThat(read.quarantined()).isEqualTo(checkpoint.quarantined());
        assertThat(read.createdAt()).isEqualTo(checkpoint.createdAt());
        assertThat(read.network().arrays())
                .hasEntrySatisfying("first", array -> assertThat(array).containsExactly(-0f, Float.MIN_VALUE, 1e30f));
    }

    @Test
    void tellsAStreamFromNoEpochYet() {
        assertThat(CheckpointCodec.decode(CheckpointCodec.encode(checkpoint(null)))
                        .epoch())
                .isNull();
        assertThat(CheckpointCodec.decode(CheckpointCodec.encode(checkpoint(0))).epoch())
                .isZero();
    }

    @Test
    void refusesWhatIsNoCheckpoint() {
        // Given
        byte[] file = CheckpointCodec.encode(checkpoint(null));

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CheckpointCodec.decode(Arrays.copyOf(file, file.length - 3)))
                .withMessageContaining("not a readable checkpoint");
    }

    @Test
    void isWrittenUnderItsPlaceWithTheDescriptionLast() {
        // When
        List<ProducerRecord<byte[], byte[]>> records = CheckpointCodec.records("topic", "7", checkpoint(null));
        List<ProducerRecord<byte[], byte[]>> tombstones =
                CheckpointCodec.tombstones("topic", "m", "7", records.size() - 1);

        // Then
        assertThat(records).extracting(CheckpointCodecTest::key).containsExactly("m/7/0", "m/7/manifest");
        assertThat(tombstones).extracting(CheckpointCodecTest::key).containsExactly("m/7/0", "m/7/manifest");
        assertThat(tombstones).extracting(ProducerRecord::value).containsOnlyNulls();
    }

    private static String key(ProducerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static Checkpoint checkpoint(@Nullable Integer epoch) {
        return new Checkpoint(
                "m",
                3,
                SPEC,
                "cpu",
                Offsets.of("images", Map.of(0, 12L, 3, 5_000_000_000L)),
                new TakingOrder(List.of(new TakingOrder.Run(3, 9), new TakingOrder.Run(0, 2))),
                new NetworkState(
                        FreshWeights.of(SPEC, TrainingSpec.of(OptimizerSpec.adam(0.1), 1)),
                        Map.of("first", new float[] {-0f, Float.MIN_VALUE, 1e30f}),
                        Map.of("steps", 17L)),
                1_000,
                50,
                epoch,
                List.of(new Place(0, 4), new Place(3, 4_999_999_999L)),
                List.of(new Place(0, 11)),
                List.of(new Place(3, 1)),
                Map.of("numbers", new long[] {-1, Long.MIN_VALUE, Double.doubleToRawLongBits(0.1)}),
                Instant.parse("2026-11-21T10:00:00.123Z"));
    }
}
