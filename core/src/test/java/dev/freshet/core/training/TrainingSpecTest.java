package dev.freshet.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.core.training.Initialisation.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSpecTest {
    @Test
    void isAdamAloneWhereNobodySays() {
        // Given
        Config config = Config.empty();

        // When
        TrainingSpec training = TrainingSpec.from(config.section("trainer"));

        // Then
        config.requireValid();
        assertThat(training).isEqualTo(TrainingSpec.of(OptimizerSpec.adam(0.002), 1));
        assertThat(training)
                .isEqualTo(new TrainingSpec(
                        OptimizerSpec.adam(0.002), true, 0, GradientClipping.NONE, 1, Initialisation.DEFAULT, 1));
    }

    @Test
    void readsEverySetting() {
        // Given
        Config config = Config.parse("""
                trainer:
                  optimizer: {type: sgd, learning-rate: 0.5, weight-decay: 0.01, decay-biases: false}
                  l1: 0.001
                  clip: {norm: 5, value: 0.5}
                  accumulation: 4
                  init: {weights: xavier-uniform, bias: 0.1}
                  seed: -7
                """, "test");

        // When
        TrainingSpec training = TrainingSpec.from(config.section("trainer"));

        // Then
        config.requireValid();
        assertThat(training)
                .isEqualTo(new TrainingSpec(
                        new OptimizerSpec.Sgd(0.5, 0.01),
                        false,
                        0.001,
                        new GradientClipping(5, 0.5),
                        4,
                        new Initialisation(Scheme.XAVIER_UNIFORM, 0.1),
                        -7));
    }

    @Test
    void reportsAllMistakesAtOnceEachWithItsKeyItsValueAndWhatIsAllowed() {
        // Given
        Config config = Config.parse("""
                trainer:
                  optimizer: {type: adam, learning-rate: 11, beta2: 1, decay-biases: sometimes}
                  l1: 1
                  clip: {norm: 0, value: -2}
                  accumulation: 0
                  init: {weights: torch-linear, bias: 3}
                  seed: seven
                  acumulation: 4
                """, "test");

        // When
        TrainingSpec.from(config.section("trainer"));

        // Then
        assertThatThrownBy(config::requireValid).isInstanceOfSatisfying(InvalidConfigurationException.class, e -> {
            assertThat(e.problems())
                    .containsExactlyInAnyOrder(
                            "trainer.optimizer.learning-rate must be a number in (0, 10], was 11",
                            "trainer.optimizer.beta2 must be a number in [0, 1), was 1",
                            "trainer.optimizer.decay-biases must be true or false, was \"sometimes\"",
                            "trainer.l1 must be a number in [0, 1), was 1",
                            "trainer.clip.norm must be a number in (0, 1000000000], was 0",
                            "trainer.clip.value must be a number in (0, 1000000000], was -2",
                            "trainer.accumulation must be a whole number in [1, 65536], was 0",
                            "trainer.init.bias must be left out with weights torch-linear, which draws biases, too,"
                                    + " was given",
                            "trainer.seed must be a whole number in [-9223372036854775808, 9223372036854775807],"
                                    + " was \"seven\"",
                            "trainer.acumulation is not a setting; known here: optimizer, l1, clip, accumulation, init,"
                                    + " seed");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "auto, AUTO",
        "xavier-uniform, XAVIER_UNIFORM",
        "xavier-normal, XAVIER_NORMAL",
        "kaiming-uniform, KAIMING_UNIFORM",
        "kaiming-normal, KAIMING_NORMAL",
        "torch-linear, TORCH_LINEAR",
        "zeros, ZEROS"
    })
    void readsEveryScheme(String name, Scheme scheme) {
        // Given
        Config config = Config.parse("weights: " + name, "test");

        // When
        Initialisation initialisation = Initialisation.from(config);

        // Then
        config.requireValid();
        assertThat(initialisation).isEqualTo(new Initialisation(scheme, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void refusesAnL1OutOfRange(double l1) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainingSpec(
                        OptimizerSpec.adam(0.1), true, l1, GradientClipping.NONE, 1, Initialisation.DEFAULT, 1))
                .withMessageContaining("l1 must be in [0, 1)")
                .withMessageContaining(String.valueOf(l1));
    }

    @Test
    void refusesStepsOfNoMiniBatch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainingSpec(
                        OptimizerSpec.adam(0.1), true, 0, GradientClipping.NONE, 0, Initialisation.DEFAULT, 1))
                .withMessageContaining("accumulation at least 1");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "-1, 1", "NaN, 1", "1, NaN"})
    void refusesBoundsThatLeaveNothing(double norm, double value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GradientClipping(norm, value))
                .withMessage("clip.norm and clip.value must be greater than 0, were " + norm + " and " + value);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void refusesABiasThatIsNotFinite(double bias) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Initialisation(Scheme.AUTO, bias))
                .withMessage("bias must be finite, was " + bias);
    }
}
