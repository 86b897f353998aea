package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TallyTest {
    private final Tally tally = new Tally(2);

    @Test
    void addsUpLossAndAccuracyByClass() {
        // Given
        float[] probabilities = {0.75f, 0.25f, 0.5f, 0.5f, 0.125f, 0.875f};

        // When
        tally.add(probabilities, 0, 0);
        tally.add(probabilities, 1, 1);
        tally.add(probabilities, 2, 1);

        // Then
        assertThat(tally.total()).isEqualTo(3);
        assertThat(tally.correct()).isEqualTo(2);
        assertThat(tally.total(0)).isEqualTo(1);
        assertThat(tally.correct(0)).isEqualTo(1);
        assertThat(tally.total(1)).isEqualTo(2);
        assertThat(tally.correct(1)).isEqualTo(1);
        Evaluation evaluation = tally.evaluation();
        assertThat(evaluation.loss()).isCloseTo(-(Math.log(0.75) + Math.log(0.5) + Math.log(0.875)) / 3, within(1e-12));
        assertThat(evaluation.accuracy()).isEqualTo(2 / 3.0);
        assertThat(evaluation.examples()).isEqualTo(3);
    }

    @Test
    void countsWhatOnlyTheServerKnew() {
        // When
        tally.add(1, 0.5, 0);

        // Then
        assertThat(tally.evaluation()).isEqualTo(new Evaluation(Math.log(2), 0, 1));
    }

    @Test
    void letsOneNaNShowInTheMean() {
        // When
        tally.add(new float[] {Float.NaN, Float.NaN}, 0, 1);
        tally.add(new float[] {0, 1}, 0, 1);

        // Then
        assertThat(tally.evaluation().loss()).isNaN();
    }

    @Test
    void hasNoMeanOfNothing() {
        assertThatIllegalStateException().isThrownBy(tally::evaluation);
        assertThatIllegalArgumentException().isThrownBy(() -> new Evaluation(0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Evaluation(0, Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Evaluation(0, 1.1, 1));
    }
}
