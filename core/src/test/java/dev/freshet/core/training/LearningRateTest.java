package dev.freshet.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.training.Span.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The formulas of {@code reference-losses.json} and the numbers of PyTorch 1.13.1. */
class LearningRateTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void staysAsItIsWithoutASchedule() {
        // Given
        LearningRate rate = new LearningRate(0.3, new Schedule.Constant(), 0);

        // When, Then
        rate.observe(5);
        assertThat(rate.after(0)).isEqualTo(0.3);
        assertThat(rate.after(1_000_000)).isEqualTo(0.3);
    }

    @Test
    void fallsInSteps() {
        // Given
        LearningRate rate = new LearningRate(0.5, new Schedule.Step(new Span(5, Unit.STEPS), 0.1), 0);

        // When, Then
        for (int i = 0; i < 30; i++) {
            assertThat(rate.after(i)).as("step %d", i).isCloseTo(0.5 * Math.pow(0.1, Math.floorDiv(i, 5)), ROUNDING);
        }
    }

    @Test
    void fallsInStepsOfEpochsInSpiteOfRounding() {
        // Given: 0.1 × 30 is a little more than 3
        LearningRate rate = new LearningRate(0.5, new Schedule.Step(new Span(0.1, Unit.EPOCHS), 0.5), 30);

        // When, Then
        assertThat(List.of(rate.after(2), rate.after(3), rate.after(5), rate.after(6)))
                .containsExactly(0.5, 0.25, 0.25, 0.125);
    }

    @Test
    void fallsALittleWithEachStep() {
        // Given
        LearningRate steps = new LearningRate(0.5, new Schedule.Exponential(new Span(4, Unit.STEPS), 0.9), 0);
        LearningRate epochs = new LearningRate(0.5, new Schedule.Exponential(new Span(2, Unit.EPOCHS), 0.9), 10);

        // When, Then
        for (int i = 0; i < 50; i++) {
            assertThat(steps.after(i)).as("step %d", i).isCloseTo(0.5 * Math.pow(0.9, i / 4.0), ROUNDING);
            assertThat(epochs.after(i)).as("step %d", i).isCloseTo(0.5 * Math.pow(0.9, i / 20.0), ROUNDING);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void risesInALineAndFallsInACosineToItsMinimum(int warmUp) {
        // Given
        double minimum = 0.05;
        Schedule schedule = new Schedule.Cosine(new Span(warmUp, Unit.STEPS), new Span(2, Unit.EPOCHS), minimum);
        LearningRate rate = new LearningRate(0.5, schedule, 10);

        // When, Then
        for (int i = 0; i < 20; i++) {
            double expected = i < warmUp
                    ? 0.5 * (i + 1) / warmUp
                    : minimum + (0.5 - minimum) / 2 * (1 + Math.cos(Math.PI * (i - warmUp) / (20 - warmUp)));
            assertThat(rate.after(i)).as("step %d", i).isCloseTo(expected, ROUNDING);
        }
        assertThat(rate.after(20)).isCloseTo(minimum, ROUNDING);
        assertThat(rate.after(1_000)).isCloseTo(minimum, ROUNDING);
    }

    @Test
    void risesNoHigherThanTheWholeLearningRate() {
        // Given: a warm-up of 2.5 steps
        Schedule schedule = new Schedule.Cosine(new Span(0.25, Unit.EPOCHS), new Span(1, Unit.EPOCHS), 0);
        LearningRate rate = new LearningRate(0.5, schedule, 10);

        // When, Then
        assertThat(List.of(rate.after(0), rate.after(1), rate.after(2))).containsExactly(0.2, 0.4, 0.5);
        assertThat(rate.after(3)).isBetween(0.45, 0.5);
    }

    /** What {@code torch.optim.lr_scheduler.ReduceLROnPlateau} makes of 0.8 with these losses, mode rel, cooldown 0. */
    static Stream<Arguments> plateaus() {
        List<Double> losses = List.of(
                1.0,
                0.9,
                0.895,
                0.893,
                0.892,
                0.891,
                0.80,
                0.81,
                0.795,
                0.793,
                0.792,
                0.79,
                0.5,
                0.5,
                0.5,
                0.5,
                0.5,
                0.5,
                0.5,
                Double.NaN,
                0.5,
                0.49);
        return Stream.of(
                Arguments.of(
                        new Schedule.ReduceOnPlateau(0.5, 2, 0.01, 0.05),
                        losses,
                        List.of(
                                0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1,
                                0.1, 0.05, 0.05, 0.05, 0.05)),
                Arguments.of(
                        new Schedule.ReduceOnPlateau(0.1, 0, 0, 0),
                        losses.subList(0, 16),
                        List.of(
                                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.008, 0.0008,
                                0.00008)),
                Arguments.of(
                        new Schedule.ReduceOnPlateau(0.5, 1, 1e-4, 0.3),
                        losses,
                        List.of(
                                0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.3,
                                0.3, 0.3, 0.3, 0.3, 0.3)),
                Arguments.of(
                        new Schedule.ReduceOnPlateau(0.1, 0, 0, 2),
                        List.of(1.0, 1.0, 1.0, 1.0),
                        List.of(0.8, 0.8, 0.8, 0.8)));
    }

    @ParameterizedTest
    @MethodSource("plateaus")
    void fallsWhenTheLossNoLongerDoesAsInPyTorch(Schedule schedule, List<Double> losses, List<Double> expected) {
        // Given
        LearningRate rate = new LearningRate(0.8, schedule, 0);
        List<Double> rates = new ArrayList<>();

        // When
        for (double loss : losses) {
            rate.observe(loss);
            rates.add(rate.after(rates.size()));
        }

        // Then
        assertThat(rates).hasSameSizeAs(expected);
        for (int i = 0; i < rates.size(); i++) {
            assertThat(rates.get(i)).as("evaluation %d", i).isCloseTo(expected.get(i), ROUNDING);
        }
    }

    static Stream<Schedule> schedulesOfEpochs() {
        Span epoch = new Span(1, Unit.EPOCHS);
        return Stream.of(
                new Schedule.Step(epoch, 0.5),
                new Schedule.Exponential(epoch, 0.5),
                new Schedule.Cosine(new Span(0, Unit.STEPS), epoch, 0),
                new Schedule.Cosine(epoch, new Span(500, Unit.STEPS), 0));
    }

    @ParameterizedTest
    @MethodSource("schedulesOfEpochs")
    void refusesEpochsWhereAStreamHasNone(Schedule schedule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LearningRate(0.5, schedule, 0))
                .withMessageStartingWith("a stream has no epochs, the schedule has: ");
    }

    @Test
    void takesNoEpochsForNone() {
        // Given
        Schedule schedule = new Schedule.Cosine(new Span(0, Unit.EPOCHS), new Span(10, Unit.STEPS), 0);

        // When, Then
        assertThat(new LearningRate(0.5, schedule, 0).after(5)).isCloseTo(0.25, ROUNDING);
    }
}
