package dev.freshet.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.model.InputSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ByteScaleTest {
    private static Stream<InputSpec> inputs() {
        return Stream.of(
                InputSpec.image(1, 28, 28),
                InputSpec.image(3, 5, 7),
                InputSpec.point(2),
                InputSpec.point(1000),
                new InputSpec(List.of(3, 32, 32), List.of(0.4914, 0.4822, 0.4465), List.of(0.247, 0.2435, 0.2616)),
                new InputSpec(List.of(1, 28, 28), List.of(0.1307), List.of()),
                new InputSpec(List.of(300), List.of(), List.of(1e-30)));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void computesWhatTheInputDoes(InputSpec input) {
        // Given
        byte[] bytes = new byte[5 + input.size() + 3];
        new Random(1).nextBytes(bytes);
        float[] expected = new float[input.size()];
        input.scaleBytes(Arrays.copyOfRange(bytes, 5, 5 + input.size()), expected);
        float[] rows = new float[7 + input.size() + 2];

        // When
        ByteScale.of(input).apply(bytes, 5, rows, 7);

        // Then
        assertThat(Arrays.copyOfRange(rows, 7, 7 + input.size())).isEqualTo(expected);
        assertThat(Arrays.copyOf(rows, 7)).containsOnly(0);
        assertThat(Arrays.copyOfRange(rows, 7 + input.size(), rows.length)).containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void knowsThatAllBytesStayFinite(InputSpec input) {
        assertThat(ByteScale.of(input).isFinite()).isTrue();
    }

    @Test
    void takesVectorsWhereTheyAreExact() {
        assertThat(ByteScale.of(InputSpec.image(1, 28, 28)).hasVectors()).isEqualTo(VectorScale.isSupported());
        assertThat(ByteScale.of(new InputSpec(List.of(784), List.of(0.1307), List.of(0.3081)))
                        .hasVectors())
                .isEqualTo(VectorScale.isSupported());
    }

    @Test
    void takesNoVectorsWhereTheyAreNot() {
        // Given: what an inverse that is infinite gives is no number
        InputSpec input = new InputSpec(List.of(784), List.of(), List.of(1e-40));

        // Then
        assertThat(ByteScale.of(input).hasVectors()).isFalse();
    }

    @Test
    void knowsThatSomeByteDoesNot() {
        assertThat(ByteScale.of(new InputSpec(List.of(2), List.of(), List.of(1e-40)))
                        .isFinite())
                .isFalse();
    }
}
