package dev.freshet.core.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OutputTest {
    private static final ModelSpec CIRCLES =
            new ModelSpec(InputSpec.point(2), List.of(new LayerSpec(8, Activation.TANH)), ModelSpec.numbered(2));

    @ParameterizedTest
    @CsvSource({"softmax, SOFTMAX, 2", "log-softmax, LOG_SOFTMAX, 2", "sigmoid, SIGMOID, 1"})
    void hasAUnitForEachClassOrOneForTwo(String name, Output output, int units) {
        // Given
        Config config = Config.parse("output: " + name, "test");

        // When
        ModelSpec spec = ModelSpec.from(config, CIRCLES);

        // Then
        config.requireValid();
        assertThat(spec.output()).isEqualTo(output);
        assertThat(spec.outputs()).isEqualTo(units);
        assertThat(spec.parameterShapes())
                .containsEntry("layers.1.weight", List.of(units, 8))
                .containsEntry("layers.1.bias", List.of(units));
    }

    @Test
    void isNoSigmoidForThreeClasses() {
        // Given
        Config config = Config.parse("{output: sigmoid, classes: 3}", "test");

        // When
        ModelSpec.from(config, CIRCLES);

        // Then
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .containsExactly("output must be softmax or log-softmax for 3 classes"
                                + " (sigmoid tells 2 apart), was sigmoid"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(3), Output.SIGMOID));
    }

    @ParameterizedTest
    @EnumSource(Output.class)
    void survivesJson(Output output) {
        // Given
        ModelSpec spec = new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(2), output);

        // When
        ModelSpec read = SnapshotCodec.fromJson(SnapshotCodec.toJson(spec), ModelSpec.class);

        // Then
        assertThat(read).isEqualTo(spec);
    }

    @Test
    void isASoftmaxInAManifestThatDoesNotSay() {
        // Given
        String json = new String(SnapshotCodec.toJson(CIRCLES), UTF_8);
        String older = json.replace(",\"output\":\"SOFTMAX\"", "");

        // When
        ModelSpec read = SnapshotCodec.fromJson(older.getBytes(UTF_8), ModelSpec.class);

        // Then
        assertThat(older).isNotEqualTo(json);
        assertThat(read).isEqualTo(CIRCLES);
    }
}
