package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScoringTest {
    @Test
    void predictsTheMostProbableClassOfARow() {
        // Given
        float[] probabilities = {0.9f, 0.1f, 0, 0.2f, 0.3f, 0.5f};

        // Then
        assertThat(Scoring.predictedClass(probabilities, 0, 3)).isZero();
        assertThat(Scoring.predictedClass(probabilities, 1, 3)).isEqualTo(2);
        assertThat(Scoring.predictedClass(probabilities, 2, 2)).isEqualTo(1);
    }

    @Test
    void predictsTheFirstOfSeveralEquals() {
        assertThat(Scoring.predictedClass(new float[] {0.2f, 0.4f, 0.4f}, 0, 3)).isEqualTo(1);
    }

    @Test
    void measuresCrossEntropyInNats() {
        assertThat(Scoring.loss(1)).isZero();
        assertThat(Scoring.loss(0.5)).isEqualTo(Math.log(2));
    }

    @Test
    void boundsTheLossOfAnImpossibleClassButKeepsNaN() {
        assertThat(Scoring.loss(0)).isCloseTo(34.54, within(0.01));
        assertThat(Scoring.loss(Double.NaN)).isNaN();
    }
}
