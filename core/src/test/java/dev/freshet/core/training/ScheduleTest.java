package dev.freshet.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.core.training.Span.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
    static Stream<Arguments> schedules() {
        Span none = new Span(0, Unit.STEPS);
        return Stream.of(
                Arguments.of("{}", new Schedule.Constant()),
                Arguments.of("type: constant", new Schedule.Constant()),
                Arguments.of("{type: step, every: 500}", new Schedule.Step(new Span(500, Unit.STEPS), 0.1)),
                Arguments.of(
                        "{type: step, every: 2 epochs, factor: 0.5}", new Schedule.Step(new Span(2, Unit.EPOCHS), 0.5)),
                Arguments.of("{type: exponential, every: 1}", new Schedule.Exponential(new Span(1, Unit.STEPS), 0.9)),
                Arguments.of(
                        "{type: exponential, every: 1 epoch, factor: 0.95}",
                        new Schedule.Exponential(new Span(1, Unit.EPOCHS), 0.95)),
                Arguments.of("type: cosine", new Schedule.Cosine(none, new Span(20, Unit.EPOCHS), 0)),
                Arguments.of(
                        "{type: cosine, warm-up: 100, length: 5 epochs, minimum: 0.001}",
                        new Schedule.Cosine(new Span(100, Unit.STEPS), new Span(5, Unit.EPOCHS), 0.001)),
                Arguments.of("type: reduce-on-plateau", new Schedule.ReduceOnPlateau(0.1, 10, 1e-4, 0)),
                Arguments.of(
                        "{type: reduce-on-plateau, factor: 0.5, patience: 3, threshold: 0.01, minimum: 0.0001}",
                        new Schedule.ReduceOnPlateau(0.5, 3, 0.01, 0.0001)));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void readsEverySetting(String yaml, Schedule expected) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        Schedule schedule = Schedule.from(config, 20);

        // Then
        config.requireValid();
        assertThat(schedule).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type: linear                    | type must be one of constant, step, exponential, cosine, reduce-on-plateau",
                "type: step                      | every must be a length such as \"500 steps\" or \"10 epochs\", was missing",
                "{type: exponential, every: 0}   | every must be longer than 0, was 0 steps",
                "{type: step, every: 5 days}     | every must be a length such as",
                "{type: step, every: 5, factor: 1} | factor must be a number in (0, 1), was 1",
                "type: cosine                    | length must be a length such as",
                "{type: cosine, length: 5, warm-up: 5} | warm-up must be shorter than length (5 steps), was 5 steps",
                "{type: cosine, length: 5, minimum: -1} | minimum must be a number in [0, 10], was -1",
                "{type: cosine, length: 5, every: 5} | every is not a setting; known here: type, warm-up, length, minimum",
                "{type: reduce-on-plateau, patience: -1} | patience must be a whole number in [0, 1000000], was -1",
                "{type: reduce-on-plateau, threshold: 1} | threshold must be a number in [0, 1), was 1",
                "every: 5                        | every is not a setting; known here: type",
            })
    void reportsAProblemInsteadOfThrowing(String yaml, String message) {
        // Given
        Config config = Config.parse(yaml, "test");

        // When
        Schedule.from(config, 0);

        // Then
        assertThatThrownBy(config::requireValid)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.problems()).singleElement().asString().startsWith(message));
    }
}
