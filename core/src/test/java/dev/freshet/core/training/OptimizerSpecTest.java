package dev.freshet.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerSpecTest {
    /** First what holds where nobody says, which is what PyTorch has but for the learning rate of Adam. */
    static Stream<Arguments> optimizers() {
        return Stream.of(
                Arguments.of("{}", new OptimizerSpec.Adam(0.002, 0.9, 0.999, 1e-8, 0, false)),
                Arguments.of("type: adamw", new OptimizerSpec.AdamW(0.002, 0.9, 0.999, 1e-8, 0.01, false)),
                Arguments.of("type: sgd", new OptimizerSpec.Sgd(0.01, 0)),
                Arguments.of("type: momentum", new OptimizerSpec.Momentum(0.01, 0.9, 0, false, 0)),
                Arguments.of("type: nesterov", new OptimizerSpec.Momentum(0.01, 0.9, 0, true, 0)),
                Arguments.of("type: rmsprop", new OptimizerSpec.RmsProp(0.01, 0.99, 1e-8, 0, false, 0)),
                Arguments.of("type: adagrad", new OptimizerSpec.Adagrad(0.01, 1e-10, 0, 0, 0)),
                Arguments.of("type: adadelta", new OptimizerSpec.Adadelta(1, 0.9, 1e-6, 0)),
                Arguments.of(
                        "{type: adam, learning-rate: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 0.001, weight-decay: 0.2,"
                                + " amsgrad: true}",
                        new OptimizerSpec.Adam(0.1, 0.8, 0.99, 1e-3, 0.2, true)),
                Arguments.of(
                        "{type: adamw, learning-rate: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 0.001, weight-decay: 0.2,"
                                + " amsgrad: true}",
                        new OptimizerSpec.AdamW(0.1, 0.8, 0.99, 1e-3, 0.2, true)),
                Arguments.of("{type: sgd, learning-rate: 0.1, weight-decay: 0.2}", new OptimizerSpec.Sgd(0.1, 0.2)),
                Arguments.of(
                        "{type: momentum, learning-rate: 0.1, momentum: 0.8, dampening: 0.3, weight-decay: 0.2}",
                        new OptimizerSpec.Momentum(0.1, 0.8, 0.3, false, 0.2)),
                Arguments.of(
                        "{type: nesterov, learning-rate: 0.1, momentum: 0.8, weight-decay: 0.2}",
                        new OptimizerSpec.Momentum(0.1, 0.8, 0, true, 0.2)),
                Arguments.of(
                        "{type: rmsprop, learning-rate: 0.1, decay: 0.8, epsilon: 0.001, momentum: 0.5, centered: true,"
                                + " weight-decay: 0.2}",
                        new OptimizerSpec.RmsProp(0.1, 0.8, 1e-3, 0.5, true, 0.2)),
                Arguments.of(
                        "{type: adagrad, learning-rate: 0.1, epsilon: 0.001, learning-rate-decay: 0.5,"
                                + " initial-accumulator: 2, weight-decay: 0.2}",
                        new OptimizerSpec.Adagrad(0.1, 1e-3, 0.5, 2, 0.2)),
                Arguments.of(
                        "{type: adadelta, learning-rate: 0.1, decay: 0.8, epsilon: 0.001, weight-decay: 0.2}",
                        new OptimizerSpec.Adadelta(0.1, 0.8, 1e-3, 0.2)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void readsEverySetting(String yaml, OptimizerSpec expected) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        OptimizerSpec optimizer = OptimizerSpec.from(config);

        // Then
        config.requireValid();
        assertThat(optimizer).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void survivesJson(String yaml, OptimizerSpec optimizer) throws IOException {
        // Given
        ObjectMapper json = new ObjectMapper();

        // When
        OptimizerSpec read = json.readValue(json.writeValueAsString(optimizer), OptimizerSpec.class);

        // Then
        assertThat(read).isEqualTo(optimizer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type: lion                         | type must be one of adam, adamw, sgd, momentum, nesterov, rmsprop",
                "learning-rate: 0                   | learning-rate must be a number in (0, 10], was 0",
                "weight-decay: 1                    | weight-decay must be a number in [0, 1), was 1",
                "beta1: 1                           | beta1 must be a number in [0, 1), was 1",
                "epsilon: 0                         | epsilon must be a number in (0, 1], was 0",
                "amsgrad: maybe                     | amsgrad must be true or false, was \"maybe\"",
                "{type: momentum, momentum: 0}      | momentum must be a number in (0, 1), was 0",
                "{type: momentum, dampening: 1}     | dampening must be a number in [0, 1), was 1",
                "{type: nesterov, dampening: 0.1}   | dampening is not a setting",
                "{type: sgd, momentum: 0.9}         | momentum is not a setting",
                "{type: adagrad, learning-rate-decay: 2} | learning-rate-decay must be a number in [0, 1], was 2",
                "{type: adagrad, initial-accumulator: -1} | initial-accumulator must be a number in [0, 1000000], was -1",
            })
    void reportsAProblemInsteadOfThrowing(String yaml, String message) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        OptimizerSpec.from(config);

        // Then
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).singleElement().asString().startsWith(message));
    }

    @Test
    void refusesDampeningWithNesterov() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OptimizerSpec.Momentum(0.1, 0.9, 0.5, true, 0))
                .withMessage("dampening must be 0 with nesterov, was 0.5");
    }
}
