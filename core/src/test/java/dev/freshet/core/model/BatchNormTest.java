package dev.freshet.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BatchNormTest {
    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of("{units: 3}", null),
                Arguments.of("{units: 3, batch-norm: false}", null),
                Arguments.of("{units: 3, batch-norm: true}", new BatchNorm(0.1, 1e-5)),
                Arguments.of("{units: 3, batch-norm: {}}", new BatchNorm(0.1, 1e-5)),
                Arguments.of("{units: 3, batch-norm: {momentum: 0.01, epsilon: 0.001}}", new BatchNorm(0.01, 0.001)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void isReadAsAFlagOrAsASection(String yaml, @Nullable BatchNorm expected) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        LayerSpec layer = LayerSpec.from(config);

        // Then
        config.requireValid();
        assertThat(layer.batchNorm()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch-norm: 3              | batch-norm must be true or false, was 3",
                "batch-norm: {momentum: 0}  | batch-norm.momentum must be a number in (0, 1], was 0",
                "batch-norm: {epsilon: 2}   | batch-norm.epsilon must be a number in (0, 1], was 2",
                "batch-norm: {eps: 0.1}     | batch-norm.eps is not a setting; known here: momentum, epsilon",
            })
    void reportsAProblemInsteadOfThrowing(String yaml, String message) {
        // Given
        Config config = Config.parse("units: 3\n" + yaml, "test");

        // When
        LayerSpec.from(config);

        // Then
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactly(message));
    }

    @ParameterizedTest
    @CsvSource({"0, 1e-5", "1.1, 1e-5", "0.1, 0", "0.1, 1.1", "NaN, 1e-5", "0.1, NaN"})
    void refusesSharesOutOfRange(double momentum, double epsilon) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchNorm(momentum, epsilon))
                .withMessageContaining("must be in (0, 1], were " + momentum + " and " + epsilon);
    }

    @Test
    void hasItsTensorsBehindThoseOfItsLayerAndSurvivesJson() {
        // Given
        ModelSpec spec = new ModelSpec(
                InputSpec.point(2),
                List.of(
                        new LayerSpec(3, Activation.RELU, 0, 0.1, new BatchNorm(0.2, 1e-3)),
                        new LayerSpec(4, Activation.TANH)),
                ModelSpec.numbered(2));

        // When
        ModelSpec read = SnapshotCodec.fromJson(SnapshotCodec.toJson(spec), ModelSpec.class);

        // Then
        assertThat(read).isEqualTo(spec);
        assertThat(read.parameterShapes().toString())
                .isEqualTo("{layers.0.weight=[3, 2], layers.0.bias=[3], norms.0.weight=[3], norms.0.bias=[3],"
                        + " norms.0.running_mean=[3], norms.0.running_var=[3], layers.1.weight=[4, 3],"
                        + " layers.1.bias=[4], layers.2.weight=[2, 4], layers.2.bias=[2]}");
    }
}
