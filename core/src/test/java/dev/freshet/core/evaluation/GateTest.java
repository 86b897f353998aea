package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
    private static final int CLASSES = 10;

    private final Gate gate = new Gate(0.125, 100);

    @ParameterizedTest
    @CsvSource({"0.50, 0.375, true", "0.50, 0.376, false", "0.50, 0.50, false", "0.50, 0.51, false", "3.0, 2.875, true"
    })
    void publishesACandidateThatIsBetterByAtLeastTheMargin(double champion, double candidate, boolean publish) {
        assertThat(gate.decide(of(candidate), of(champion), CLASSES).publish()).isEqualTo(publish);
    }

    @Test
    void publishesEvenTheSmallestImprovementWithoutAMarginButNoEqual() {
        // Given
        Gate eager = new Gate(0, 1);

        // Then
        assertThat(eager.decide(of(0.5), of(0.5), CLASSES).publish()).isFalse();
        assertThat(eager.decide(of(Math.nextDown(0.5)), of(0.5), CLASSES).publish())
                .isTrue();
    }

    @Test
    void comparesTheFirstCandidateWithGuessing() {
        assertThat(gate.decide(of(Math.log(CLASSES)), null, CLASSES).publish()).isFalse();
        assertThat(gate.decide(of(Math.log(CLASSES) - 0.13), null, CLASSES).publish())
                .isTrue();
        assertThat(gate.decide(of(Math.log(2)), null, 2).publish()).isFalse();
    }

    @Test
    void decidesNothingInFavourOfACandidateOnTooFewExamples() {
        // When
        Gate.Verdict verdict = gate.decide(new Evaluation(0, 1, 99), of(5), CLASSES);

        // Then
        assertThat(verdict).isEqualTo(new Gate.Verdict(false, "only 99 hold-out examples, 100 are needed"));
        assertThat(gate.decide(new Evaluation(0, 1, 100), of(5), CLASSES).publish())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity"})
    void neverPublishesALossThatIsNotFinite(double loss) {
        for (@Nullable Evaluation champion : new @Nullable Evaluation[] {null, of(5), of(loss)}) {
            assertThat(gate.decide(of(loss), champion, CLASSES).publish()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity"})
    void replacesAChampionWhoseLossIsNotFinite(double loss) {
        // When
        Gate.Verdict verdict = gate.decide(of(100), of(loss), CLASSES);

        // Then
        assertThat(verdict.publish()).isTrue();
        assertThat(verdict.reason()).contains("of the champion: better by");
    }

    @Test
    void saysWhy() {
        assertThat(gate.decide(of(0.25), of(0.5), CLASSES).reason())
                .isEqualTo("loss 0.2500 against 0.5000 of the champion: better by 0.2500, needed 0.1250");
        assertThat(gate.decide(of(0.5), of(0.5), CLASSES).reason())
                .isEqualTo("loss 0.5000 against 0.5000 of the champion: not better by 0.0000, needed 0.1250");
        assertThat(gate.decide(of(0.75), of(0.5), CLASSES).reason())
                .isEqualTo("loss 0.7500 against 0.5000 of the champion: worse by 0.2500, needed 0.1250");
        assertThat(gate.decide(of(0.25), null, CLASSES).reason())
                .isEqualTo("loss 0.2500 against 2.3026 of guessing: better by 2.0526, needed 0.1250");
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(-0.1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 0));
    }

    private static Evaluation of(double loss) {
        return new Evaluation(loss, 0.5, 100);
    }
}
