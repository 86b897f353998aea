package dev.freshet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.data.Example;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Scoring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HoldOutWindowTest {
    private static final int CLASSES = 2;

    /** Certain of the class that the one feature names; half and half where it names none. */
    private static final HoldOutWindow.Predictor READS_THE_FEATURE = (miniBatch, probabilities) -> {
        for (int row = 0; row < miniBatch.size(); row++) {
            for (int i = 0; i < CLASSES; i++) {
                float feature = miniBatch.features()[row];
                probabilities[row * CLASSES + i] =
                        feature < 0 ? 0.5f : Float.isNaN(feature) ? Float.NaN : feature == i ? 1 : 0;
            }
        }
    };

    @Test
    void hasNothingToSayWhileItIsEmpty() {
        // When
        HoldOutWindow window = new HoldOutWindow(3, 1, CLASSES);

        // Then
        assertThat(window.size()).isZero();
        assertThat(evaluate(window)).isEmpty();
    }

    @Test
    void measuresLossAndAccuracy() {
        // Given
        HoldOutWindow window = new HoldOutWindow(10, 1, CLASSES);
        add(window, example(0, 0));
        add(window, example(1, 1));
        add(window, example(-1, 0));
        add(window, example(-1, 1));

        // When
        Evaluation evaluation = evaluate(window).orElseThrow();

        // Then
        assertThat(evaluation.loss()).isCloseTo(Math.log(2) / 2, within(1e-12));
        assertThat(evaluation.accuracy()).isEqualTo(0.75);
        assertThat(evaluation.examples()).isEqualTo(4);
    }

    @Test
    void keepsTheAnswersApartByClassAndExample() {
        // Given
        HoldOutWindow window = new HoldOutWindow(10, 1, CLASSES);
        add(window, example(0, 0));
        add(window, example(0, 1));
        add(window, example(1, 1));

        // When
        Answers answers = answers(window, READS_THE_FEATURE).orElseThrow();
        Answers same = answers(window, READS_THE_FEATURE).orElseThrow();

        // Then
        assertThat(answers.tally().total(1)).isEqualTo(2);
        assertThat(answers.tally().correct(1)).isEqualTo(1);
        assertThat(answers.improvementOver(same).mean()).isZero();
    }

    @Test
    void forgetsTheOldestFirst() {
        // Given
        HoldOutWindow window = new HoldOutWindow(2, 1, CLASSES);
        add(window, example(0, 1));
        add(window, example(1, 1));

        // When
        add(window, example(0, 0));

        // Then
        assertThat(window.size()).isEqualTo(2);
        assertThat(evaluate(window)).contains(new Evaluation(0, 1, 2));
    }

    @Test
    void scoresEveryExampleOnceHoweverManySlicesItTakes() {
        for (int examples : new int[] {1, 255, 256, 257, 512, 1_000}) {
            // Given
            HoldOutWindow window = new HoldOutWindow(1_000, 1, CLASSES);
            for (int i = 0; i < examples; i++) {
                add(window, example(i % 2, i % 2));
            }
            List<Integer> sizes = new ArrayList<>();

            // When
            Evaluation evaluation = evaluate(window, (miniBatch, probabilities) -> {
                        sizes.add(miniBatch.size());
                        READS_THE_FEATURE.predict(miniBatch, probabilities);
                    })
                    .orElseThrow();

            // Then
            assertThat(evaluation).isEqualTo(new Evaluation(0, 1, examples));
            assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(examples);
        }
    }

    @Test
    void countsAnExampleThatNoNetworkCanScoreAsWrongInsteadOfGivingUpOnTheOthers() {
        // Given: a finite value may be large enough to overflow inside the network
        HoldOutWindow window = new HoldOutWindow(10, 1, CLASSES);
        add(window, example(0, 0));
        add(window, example(Float.NaN, 0));

        // When
        Evaluation evaluation = evaluate(window).orElseThrow();

        // Then
        assertThat(evaluation.loss()).isCloseTo(Scoring.loss(0) / 2, within(1e-12));
        assertThat(evaluation.accuracy()).isEqualTo(0.5);
    }

    private static Example example(float feature, int label) {
        return new Example("id", new float[] {feature}, label, 0);
    }

    @Test
    void asksAgainOnlyForWhatItHasNotScoredYet() {
        // Given
        HoldOutWindow window = new HoldOutWindow(4, 1, CLASSES);
        HoldOutWindow.Scores scores = window.new Scores();
        List<Integer> sizes = new ArrayList<>();
        HoldOutWindow.Predictor predictor = (miniBatch, probabilities) -> {
            sizes.add(miniBatch.size());
            READS_THE_FEATURE.predict(miniBatch, probabilities);
        };
        for (int i = 0; i < 3; i++) {
            add(window, example(0, 1));
        }
        scores.update(predictor);

        // When
        for (int i = 0; i < 3; i++) {
            add(window, example(1, 1));
        }
        scores.update(predictor);
        scores.update(predictor);

        // Then: of the three wrong ones, one is in the window still
        assertThat(sizes).containsExactly(3, 3);
        assertThat(scores.answers().map(Answers::evaluation))
                .hasValueSatisfying(
                        evaluation -> assertThat(evaluation.accuracy()).isEqualTo(0.75));
    }

    @Test
    void asksForEverythingOnceTheNetworkHasChanged() {
        // Given
        HoldOutWindow window = new HoldOutWindow(4, 1, CLASSES);
        HoldOutWindow.Scores scores = window.new Scores();
        add(window, example(0, 0));
        scores.update((miniBatch, probabilities) -> Arrays.fill(probabilities, 0.5f));

        // When
        scores.forget();
        scores.update(READS_THE_FEATURE);

        // Then
        assertThat(scores.answers().map(Answers::evaluation)).contains(new Evaluation(0, 1, 1));
    }

    @Test
    void knowsWhereItsExamplesStand() {
        // Given
        HoldOutWindow window = new HoldOutWindow(2, 1, CLASSES);

        // When
        window.add(example(0, 0), new Place(0, 7));
        window.add(example(0, 0), new Place(1, 3));
        window.add(example(0, 0), new Place(0, 9));

        // Then
        assertThat(window.places()).containsExactly(new Place(1, 3), new Place(0, 9));
    }

    private static void add(HoldOutWindow window, Example example) {
        window.add(example, new Place(0, window.size()));
    }

    private static Optional<Evaluation> evaluate(HoldOutWindow window) {
        return evaluate(window, READS_THE_FEATURE);
    }

    private static Optional<Evaluation> evaluate(HoldOutWindow window, HoldOutWindow.Predictor predictor) {
        return answers(window, predictor).map(Answers::evaluation);
    }

    private static Optional<Answers> answers(HoldOutWindow window, HoldOutWindow.Predictor predictor) {
        HoldOutWindow.Scores scores = window.new Scores();
        scores.update(predictor);
        return scores.answers();
    }
}
