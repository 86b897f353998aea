package dev.freshet.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {
    private static final ModelSpec SPEC = new ModelSpec(InputSpec.point(3), List.of(), ModelSpec.numbered(2));
    private static final NamedTensor WEIGHT = new NamedTensor("layers.0.weight", List.of(2, 3), new float[6]);
    private static final NamedTensor BIAS = new NamedTensor("layers.0.bias", List.of(2), new float[2]);

    @Test
    void putsTensorsIntoTheSpecsOrder() {
        // When
        Weights fitted = new Weights(List.of(BIAS, WEIGHT)).fitTo(SPEC);

        // Then
        assertThat(fitted.tensors()).containsExactly(WEIGHT, BIAS);
    }

    @Test
    void refusesAMissingTensor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Weights(List.of(WEIGHT)).fitTo(SPEC))
                .withMessageContaining("layers.0.bias");
    }

    @Test
    void refusesATensorThatIsNotInTheSpec() {
        // Given
        NamedTensor extra = new NamedTensor("layers.1.bias", List.of(2), new float[2]);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Weights(List.of(WEIGHT, BIAS, extra)).fitTo(SPEC))
                .withMessageContaining("layers.1.bias");
    }

    @Test
    void refusesATransposedTensor() {
        // Given
        NamedTensor transposed = new NamedTensor("layers.0.weight", List.of(3, 2), new float[6]);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Weights(List.of(transposed, BIAS)).fitTo(SPEC))
                .withMessage("layers.0.weight has shape [3, 2] where 3-2 has [2, 3]");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesAValueThatIsNotFinite(float value) {
        // Given
        NamedTensor bias = new NamedTensor("layers.0.bias", List.of(2), new float[] {0, value});

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Weights(List.of(WEIGHT, bias)).fitTo(SPEC))
                .withMessage("layers.0.bias holds " + value);
    }

    @Test
    void doesNotChangeWithTheListItWasMadeFrom() {
        // Given
        List<NamedTensor> tensors = new ArrayList<>(List.of(WEIGHT, BIAS));
        Weights weights = new Weights(tensors);

        // When
        tensors.clear();

        // Then
        assertThat(weights.tensors()).hasSize(2);
    }

    @Test
    void refusesATensorOfAnotherSizeThanItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NamedTensor("t", List.of(2, 3), new float[5]))
                .withMessage("t of shape [2, 3] needs 6 values, was given 5");
    }
}
