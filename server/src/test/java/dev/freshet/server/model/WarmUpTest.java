package dev.freshet.server.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Scorer;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Versions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
    private final PlainEngine engine = new PlainEngine();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void acceptsAScorerWhoseAnswersAreProbabilities(boolean known) {
        Scorer scorer = engine.scorer(Versions.SPEC, Versions.weights(Versions.SPEC, 1));

        assertThatCode(() -> WarmUp.run(Versions.SPEC, scorer, known)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesFiniteWeightsThatOverflowIntoAnswersThatAreNoProbabilities(boolean known) {
        // Given
        List<NamedTensor> huge = Versions.weights(Versions.SPEC, 1).tensors().stream()
                .map(tensor -> {
                    float[] values = new float[tensor.values().length];
                    Arrays.fill(values, Float.MAX_VALUE);
                    return new NamedTensor(tensor.name(), tensor.shape(), values);
                })
                .toList();

        // When
        Scorer scorer = engine.scorer(Versions.SPEC, new Weights(huge));

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WarmUp.run(Versions.SPEC, scorer, known))
                .withMessage("its probabilities of an example sum to NaN");
    }
}
