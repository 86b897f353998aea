package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {
    @Test
    void addsUpAsATallyDoes() {
        // Given
        Answers answers = new Answers(2);
        Tally tally = new Tally(2);
        float[] probabilities = {0.75f, 0.25f, 0.125f, 0.875f};

        // When
        for (int row = 0; row < 2; row++) {
            answers.add(probabilities, row, 1);
            tally.add(probabilities, row, 1);
        }

        // Then
        assertThat(answers.evaluation()).isEqualTo(tally.evaluation());
        assertThat(answers.tally().correct(1)).isEqualTo(1);
        assertThat(answers.size()).isEqualTo(2);
    }

    @Test
    void knowsTheMeanDifferenceAndItsStandardError() {
        // Given: losses of 3, 2, 1 and 4 against 1, 2, 0 and 1
        Answers candidate = answers(1, 2, 0, 1);
        Answers champion = answers(3, 2, 1, 4);

        // When
        Answers.Difference improvement = candidate.improvementOver(champion);

        // Then: differences of 2, 0, 1 and 3, of variance 5/3
        assertThat(improvement.mean()).isCloseTo(1.5, within(1e-6));
        assertThat(improvement.standardError()).isCloseTo(Math.sqrt(5 / 3.0 / 4), within(1e-6));
        assertThat(improvement.confidence()).isCloseTo(0.98994, within(1e-4));
    }

    @Test
    void isMoreConfidentOfADifferenceThatIsTheSameOnEveryExample() {
        // Given: examples of very different losses
        Random random = new Random(1);
        double[] hard = random.doubles(400, 0, 5).toArray();
        double[] easier = new double[400];
        for (int i = 0; i < 400; i++) {
            easier[i] = hard[i] + 0.01 * random.nextGaussian() - 0.01;
        }

        // When
        double confidence = answers(easier).improvementOver(answers(hard)).confidence();

        // Then: a hundredth is nothing beside a standard deviation of 1.4, but much beside that of the differences
        assertThat(confidence).isGreaterThan(0.999999);
    }

    @Test
    void knowsNothingFromEqualAnswers() {
        // Given
        Answers answers = answers(1, 2, 3);

        // Then
        assertThat(answers.improvementOver(answers(1, 2, 3)).confidence()).isEqualTo(0.5);
        assertThat(answers(0.5, 1.5, 2.5).improvementOver(answers).confidence()).isEqualTo(1);
    }

    @Test
    void comparesOnlyTheSameExamples() {
        // Given
        Answers two = answers(1, 2);
        Answers otherLabels = new Answers(2);
        otherLabels.add(0, 0.5, 1);
        otherLabels.add(0, 0.5, 1);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.improvementOver(answers(1, 2, 3)))
                .withMessage("answers to 2 and to 3 examples, which are not the same");
        assertThatIllegalArgumentException().isThrownBy(() -> two.improvementOver(otherLabels));
        assertThatIllegalArgumentException().isThrownBy(() -> answers(1).improvementOver(answers(1)));
    }

    /** From tables of the normal distribution. */
    @ParameterizedTest
    @CsvSource({"0, 0.5", "1, 0.8413447", "-1, 0.1586553", "1.644854, 0.95", "2.326348, 0.99", "-3, 0.0013499", "40, 1"
    })
    void knowsTheNormalDistribution(double z, double below) {
        assertThat(Normal.below(z)).isCloseTo(below, within(1e-7));
    }

    private static Answers answers(double... losses) {
        Answers answers = new Answers(2);
        for (double loss : losses) {
            answers.add(0, Math.exp(-loss), 0);
        }
        return answers;
    }
}
