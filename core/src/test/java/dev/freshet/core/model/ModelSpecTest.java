package dev.freshet.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecTest {
    private static final ModelSpec DIGITS = new ModelSpec(
            InputSpec.image(1, 28, 28), List.of(new LayerSpec(256, Activation.RELU)), ModelSpec.numbered(10));

    @Test
    void namesParametersAsPyTorchDoes() {
        assertThat(DIGITS.summary()).isEqualTo("784-256-10");
        assertThat(DIGITS.parameterShapes().toString())
                .isEqualTo("{layers.0.weight=[256, 784], layers.0.bias=[256], "
                        + "layers.1.weight=[10, 256], layers.1.bias=[10]}");
    }

    @Test
    void takesTheDataSetsSpecWhereTheConfigurationSaysNothing() {
        // Given
        Config config = Config.empty();

        // When
        ModelSpec spec = ModelSpec.from(config.section("model"), DIGITS);

        // Then
        config.requireValid();
        assertThat(spec).isEqualTo(DIGITS);
    }

    @Test
    void readsEverySetting() {
        // Given
        Config config = Config.parse("""
                model:
                  input: {shape: [3, 32, 32], mean: [0.1, 0.2, 0.3], std: [1, 2, 3]}
                  hidden:
                    - {units: 64, activation: tanh}
                    - {units: 32}
                  classes: [cat, dog]
                """, "test");

        // When
        ModelSpec spec = ModelSpec.from(config.section("model"), DIGITS);

        // Then
        config.requireValid();
        assertThat(spec)
                .isEqualTo(new ModelSpec(
                        new InputSpec(List.of(3, 32, 32), List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 3.0)),
                        List.of(new LayerSpec(64, Activation.TANH), new LayerSpec(32, Activation.RELU)),
                        List.of("cat", "dog")));
    }

    @Test
    void readsWhetherPicturesAreResized() {
        // Given
        Config config = Config.parse("input: {shape: [1, 32, 32], resize: true}", "test");
        Config without = Config.parse("input: {resize: false}", "test");

        // When
        ModelSpec spec = ModelSpec.from(config, DIGITS);

        // Then
        config.requireValid();
        assertThat(spec.input()).isEqualTo(InputSpec.image(1, 32, 32).withResize(Resize.BILINEAR));
        assertThat(ModelSpec.from(Config.empty(), spec)).isEqualTo(spec);
        assertThat(ModelSpec.from(without, spec).input()).isEqualTo(InputSpec.image(1, 32, 32));
        without.requireValid();
    }

    @Test
    void takesOneMeanAndDeviationForAllChannelsThatThereAre() {
        // Given
        Config config = Config.parse("input: {mean: 0.5, std: [0.25]}", "test");
        ModelSpec photographs = new ModelSpec(InputSpec.image(3, 32, 32), List.of(), ModelSpec.numbered(10));

        // When
        InputSpec grey = ModelSpec.from(config, DIGITS).input();
        InputSpec colour = ModelSpec.from(config, photographs).input();

        // Then
        config.requireValid();
        assertThat(grey).isEqualTo(new InputSpec(List.of(1, 28, 28), List.of(0.5), List.of(0.25)));
        assertThat(colour)
                .isEqualTo(new InputSpec(List.of(3, 32, 32), List.of(0.5, 0.5, 0.5), List.of(0.25, 0.25, 0.25)));
    }

    @Test
    void readsAModelWithoutHiddenLayersAndANumberOfClasses() {
        // Given
        Config config = Config.parse("{input: {shape: 2}, hidden: [], classes: 4}", "test");

        // When
        ModelSpec spec = ModelSpec.from(config, DIGITS);

        // Then
        config.requireValid();
        assertThat(spec.summary()).isEqualTo("2-4");
        assertThat(spec.classes()).containsExactly("0", "1", "2", "3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input: {shape: [1, 28.5, 28]} | input is wrong: input.shape must hold whole numbers",
                "input: {shape: [2, 28, 28]}   | input is wrong: input.shape must have 1 or 3 channels",
                "input: {shape: []}            | input is wrong: input.shape must be",
                "input: {shape: [1e12]}        | input is wrong: input.shape must hold 1 to 1048576",
                "input: {mean: [0.1, 0.2]}     | input is wrong: input.mean must have 1 values",
                "input: {shape: [3, 28, 28], mean: [0.1, 0.2]} | input is wrong: input.mean must have 3 values",
                "input: {std: [-1]}            | input is wrong: input.std must be greater than 0",
                "input: {shape: 4, resize: true} | input is wrong: input.resize takes images, input.shape was that",
                "input: {resize: 1}            | input.resize must be true or false, was 1",
                "hidden: [{activation: relu}]  | hidden[0].units must be a whole number in [1, 65536], was missing",
                "hidden: [{units: 0}]          | hidden[0].units must be a whole number in [1, 65536], was 0",
                "hidden: [{units: 8, activation: selu}] | hidden[0].activation must be one of relu, sigmoid, tanh, elu",
                "hidden: [{units: 8, alpha: 1}] | hidden[0].alpha must be left out for relu, was given",
                "hidden: [{units: 8, activation: elu, alpha: 0}] | hidden[0].alpha must be a number in (0, 10], was 0",
                "hidden: [{units: 8, dropout: 1}] | hidden[0].dropout must be a number in [0, 1), was 1",
                "hidden: 8                     | hidden must be a list, was 8",
                "hidden: [8]                   | hidden[0] must be a mapping, was 8",
                "classes: 1                    | classes must be a whole number in [2, 100000], was 1",
                "classes: [a]                  | classes must name at least 2 different classes",
                "classes: [a, a]               | classes must name at least 2 different classes",
                "classes: [a, {b: c}]          | classes must be a list of texts",
                "layers: 3                     | layers is not a setting; known here: input, hidden, classes",
            })
    void reportsAProblemInsteadOfThrowing(String yaml, String message) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        ModelSpec spec = ModelSpec.from(config, DIGITS);

        // Then
        assertThat(spec.input()).isEqualTo(DIGITS.input());
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).singleElement().asString().startsWith(message));
    }

    @Test
    void reportsAModelTooLargeForOneFile() {
        // Given
        Config config = Config.parse("{input: {shape: 1000000}, hidden: [{units: 65536}]}", "test");

        // When
        ModelSpec spec = ModelSpec.from(config, DIGITS);

        // Then
        assertThat(spec).isEqualTo(DIGITS);
        assertThatThrownBy(config::requireValid).hasMessageContaining("at most 500000000 parameters");
    }

    @Test
    void refusesFewerThanTwoOrEqualClasses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSpec(InputSpec.point(2), List.of(), List.of("a")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ModelSpec(InputSpec.point(2), List.of(), List.of("a", "a")));
    }

    @Test
    void survivesJson() {
        // Given
        ModelSpec spec = new ModelSpec(
                new InputSpec(List.of(3, 4, 5), List.of(0.1, 0.2, 0.3), List.of(1.0, 2.0, 0.5), Resize.BILINEAR),
                List.of(new LayerSpec(16, Activation.SIGMOID)),
                List.of("ä", "b\"c"));

        // When
        ModelSpec read = SnapshotCodec.fromJson(SnapshotCodec.toJson(spec), ModelSpec.class);

        // Then
        assertThat(read).isEqualTo(spec);
    }
}
