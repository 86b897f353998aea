package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 1, -0.1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 1, 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 1, 0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 1, 0, 1.1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Gate(0, 1, 0, 1, 0));
    }

    @Test
    void refusesACandidateThatForgetsOneClassHoweverGoodItIsOtherwise() {
        // Given
        Gate gate = new Gate(0, 1, 0, 0.1, 20);
        Answers champion = answers(0.5, 20, 20);
        Answers better = answers(0.9, 20, 18);
        Answers forgetful = answers(0.9, 20, 17);

        // Then
        assertThat(gate.decide(better, champion, 2).publish()).isTrue();
        assertThat(gate.decide(forgetful, champion, 2))
                .isEqualTo(
                        new Gate.Verdict(
                                false,
                                "accuracy of class 1 falls from 1.0000 to 0.8500 on 20 hold-out examples, by more than 0.1000"));
        assertThat(new Gate(0, 1).decide(forgetful, champion, 2).publish()).isTrue();
    }

    @Test
    void doesNotLookAtClassesOfWhichThereAreTooFew() {
        // Given
        Gate gate = new Gate(0, 1, 0, 0.1, 21);

        // Then
        assertThat(gate.decide(answers(0.9, 20, 0), answers(0.5, 20, 20), 2).publish())
                .isTrue();
    }

    @Test
    void refusesAnImprovementThatMayBeAnAccident() {
        // Given: the candidate is better by 0.05 on average, with a standard error of 0.05
        Answers champion = new Answers(2);
        Answers candidate = new Answers(2);
        for (int i = 0; i < 100; i++) {
            champion.add(0, Math.exp(-1), 0);
            candidate.add(0, Math.exp(-(i % 2 == 0 ? 0.45 : 1.45)), 0);
        }

        // When
        Gate.Verdict verdict = new Gate(0, 1, 0.9, 1, 1).decide(candidate, champion, 2);

        // Then
        assertThat(verdict)
                .isEqualTo(new Gate.Verdict(
                        false,
                        "loss 0.9500 against 1.0000 of the champion: better by 0.0500, needed 0.0000,"
                                + " confidence 0.8401, needed 0.9000"));
        assertThat(new Gate(0, 1, 0.84, 1, 1).decide(candidate, champion, 2).publish())
                .isTrue();
    }

    @Test
    void asksForNoConfidenceBeforeThereIsAChampionWithALoss() {
        // Given
        Gate gate = new Gate(0, 1, 0.999, 0.001, 1);
        Answers candidate = answers(0.9, 1, 0);
        Answers broken = new Answers(2);
        broken.add(0, Double.NaN, 0);
        broken.add(1, Double.NaN, 1);

        // Then
        assertThat(gate.decide(answers(0.9, 1, 1), null, 2).publish()).isTrue();
        assertThat(gate.decide(candidate, broken, 2).publish()).isTrue();
    }

    /**
     * An A/A test: champion and candidate are the same network, each with noise of its own, on 2,000 new examples each
     * time, 1,000 times; so no candidate is better.
     */
    @Test
    void seldomPublishesWhatIsNotBetterWhereItAsksForConfidence() {
        // Given
        Gate onMeans = new Gate(0, 100);
        Gate byAMargin = new Gate(0.001, 100);
        Gate with95 = new Gate(0, 100, 0.95, 1, 1);
        Gate with99 = new Gate(0, 100, 0.99, 1, 1);
        Map<Gate, Integer> published = new HashMap<>();
        Random random = new Random(42);

        // When
        for (int decision = 0; decision < 1_000; decision++) {
            Answers champion = new Answers(2);
            Answers candidate = new Answers(2);
            for (int i = 0; i < 2_000; i++) {
                // Most examples are easy, some are hard, and noise moves what is hard.
                double logit = 3 + 2 * random.nextGaussian();
                champion.add(0, sigmoid(logit + 0.2 * random.nextGaussian()), 0);
                candidate.add(0, sigmoid(logit + 0.2 * random.nextGaussian()), 0);
            }
            for (Gate gate : List.of(onMeans, byAMargin, with95, with99)) {
                published.merge(gate, gate.decide(candidate, champion, 2).publish() ? 1 : 0, Integer::sum);
            }
        }

        // Then
        assertThat(published.get(onMeans)).isBetween(450, 550);
        assertThat(published.get(byAMargin)).isBetween(100, 400);
        assertThat(published.get(with95)).isBetween(30, 70);
        assertThat(published.get(with99)).isBetween(2, 20);
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** To 40 examples, 20 of each class. */
    private static Answers answers(double probability, int rightOfClass0, int rightOfClass1) {
        Answers answers = new Answers(2);
        for (int i = 0; i < 20; i++) {
            answers.add(i < rightOfClass0 ? 0 : 1, probability, 0);
            answers.add(i < rightOfClass1 ? 1 : 0, probability, 1);
        }
        return answers;
    }

    private static Evaluation of(double loss) {
        return new Evaluation(loss, 0.5, 100);
    }
}
