package dev.freshet.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
    private static final Span OTHERWISE = new Span(7, Span.Unit.EPOCHS);

    @ParameterizedTest
    @CsvSource({
        "500, 500, STEPS",
        "500 steps, 500, STEPS",
        "1 step, 1, STEPS",
        "10 epochs, 10, EPOCHS",
        "1epoch, 1, EPOCHS",
        "0.5 epochs, 0.5, EPOCHS",
        "0, 0, STEPS",
        "999999999999999, 999999999999999, STEPS"
    })
    void readsALengthAndItsUnit(String text, double length, Span.Unit unit) {
        // Given
        Config config = Config.parse("every: " + text, "test");

        // When
        Span span = Span.from(config, "every", OTHERWISE);

        // Then
        config.requireValid();
        assertThat(span).isEqualTo(new Span(length, unit));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-5", "five", "5 hours", "5e3 steps", "5 steps more", "steps", ".5 epochs", "1000000000000000"})
    void reportsWhatIsNoLength(String text) {
        // Given
        Config config = Config.parse("every: " + text, "test");

        // When
        Span span = Span.from(config, "every", OTHERWISE);

        // Then
        assertThat(span).isEqualTo(OTHERWISE);
        assertThatThrownBy(config::requireValid)
                .hasMessageContaining(
                        "every must be a length such as \"500 steps\" or \"10 epochs\", was \"" + text + "\"");
    }

    @Test
    void isWhatHoldsOtherwiseWhereNobodySays() {
        // Given
        Config config = Config.empty();

        // When
        Span span = Span.from(config, "every", OTHERWISE);

        // Then
        config.requireValid();
        assertThat(span).isEqualTo(OTHERWISE);
    }

    @Test
    void countsTheStepsOfItsEpochs() {
        assertThat(new Span(2.5, Span.Unit.EPOCHS).inSteps(40)).isEqualTo(100);
        assertThat(new Span(2.5, Span.Unit.STEPS).inSteps(40)).isEqualTo(2.5);
    }

    @Test
    void readsAsItIsWritten() {
        assertThat(new Span(500, Span.Unit.STEPS)).hasToString("500 steps");
        assertThat(new Span(0.5, Span.Unit.EPOCHS)).hasToString("0.5 epochs");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 1e16, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesALengthOutOfRange(double length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Span(length, Span.Unit.STEPS))
                .withMessage("a span must be in [0, 1e15], was " + length);
    }
}
