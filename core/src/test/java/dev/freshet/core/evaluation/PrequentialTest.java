package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrequentialTest {
    private static final int CLASSES = 3;

    @Test
    void knowsNothingBeforeTheFirstExample() {
        // When
        Prequential prequential = new Prequential(CLASSES, 5);

        // Then
        assertThat(prequential.window()).isEmpty();
        assertThat(prequential.fading()).isEmpty();
        assertThat(prequential.cumulative()).isEmpty();
        assertThat(prequential.cumulativeAccuracy()).isNaN();
        assertThat(prequential.windowAccuracy(0)).isNaN();
        assertThat(prequential.windowKappa()).isNaN();
        assertThat(prequential.windowKappaTemporal()).isNaN();
    }

    @Test
    void agreesWithCountingTheWindowAnew() {
        // Given
        Random random = new Random(3);
        int window = 50;
        Prequential prequential = new Prequential(CLASSES, window);
        List<Double> losses = new ArrayList<>();
        List<Boolean> hits = new ArrayList<>();

        for (int step = 0; step < 300; step++) {
            int size = 1 + random.nextInt(7);
            float[] probabilities = new float[8 * CLASSES];
            int[] labels = new int[8];
            for (int row = 0; row < size; row++) {
                float p = random.nextFloat() / 2;
                float q = random.nextFloat() / 2;
                System.arraycopy(new float[] {p, q, 1 - p - q}, 0, probabilities, row * CLASSES, CLASSES);
                labels[row] = random.nextInt(CLASSES);
                losses.add(-Math.log(probabilities[row * CLASSES + labels[row]]));
                hits.add(Scoring.predictedClass(probabilities, row, CLASSES) == labels[row]);
            }

            // When
            prequential.observe(probabilities, labels, size);

            // Then
            List<Double> newestLosses = losses.subList(Math.max(0, losses.size() - window), losses.size());
            List<Boolean> newestHits = hits.subList(Math.max(0, hits.size() - window), hits.size());
            Evaluation evaluation = prequential.window().orElseThrow();
            assertThat(evaluation.examples()).isEqualTo(newestLosses.size());
            assertThat(evaluation.loss())
                    .isCloseTo(
                            newestLosses.stream()
                                    .mapToDouble(loss -> loss)
                                    .average()
                                    .orElseThrow(),
                            within(1e-9));
            assertThat(evaluation.accuracy()).isEqualTo(share(newestHits));
            assertThat(prequential.cumulativeAccuracy()).isEqualTo(share(hits));
        }
    }

    @Test
    void isNotSpoiledForEverByOneProbabilityThatIsNotANumber() {
        // Given
        Prequential prequential = new Prequential(CLASSES, 1);

        // When
        prequential.observe(new float[] {Float.NaN, Float.NaN, Float.NaN}, new int[] {1}, 1);
        Evaluation spoiled = prequential.window().orElseThrow();
        prequential.observe(new float[] {0, 1, 0}, new int[] {1}, 1);

        // Then
        assertThat(spoiled.loss()).isCloseTo(-Math.log(1e-15), within(1e-9));
        assertThat(prequential.window()).contains(new Evaluation(0, 1, 1));
    }

    @Test
    void agreesWithThePapersRecursionOfFadingSums() {
        // Given
        Prequential prequential = new Prequential(2, 1, 0.9);
        boolean[] right = {true, false, true, true, false};
        double hits = 0;
        double examples = 0;

        // When
        for (boolean hit : right) {
            answer(prequential, 1, hit ? 1 : 0, 0.5f);
            hits = (hit ? 1 : 0) + 0.9 * hits;
            examples = 1 + 0.9 * examples;
        }

        // Then
        Evaluation fading = prequential.fading().orElseThrow();
        assertThat(fading.accuracy()).isEqualTo(hits / examples);
        assertThat(fading.loss()).isCloseTo(Math.log(2), within(1e-9));
        assertThat(fading.examples()).isEqualTo(5);
        Evaluation cumulative = prequential.cumulative().orElseThrow();
        assertThat(cumulative.accuracy()).isEqualTo(0.6);
        assertThat(cumulative.loss()).isCloseTo(Math.log(2), within(1e-9));
        assertThat(cumulative.examples()).isEqualTo(5);
    }

    @Test
    void forgetsWithTheFadingFactorAndNeverInTheCumulativeMean() {
        // Given
        Prequential prequential = new Prequential(2, 10, 0.99);

        // When
        for (int i = 0; i < 1_000; i++) {
            answer(prequential, 1, 0, 0.5f);
        }
        for (int i = 0; i < 1_000; i++) {
            answer(prequential, 1, 1, 1);
        }

        // Then
        assertThat(prequential.fading().orElseThrow().accuracy()).isCloseTo(1, within(1e-4));
        assertThat(prequential.fading().orElseThrow().loss()).isCloseTo(0, within(1e-4));
        assertThat(prequential.cumulative().orElseThrow().accuracy()).isEqualTo(0.5);
        assertThat(prequential.cumulative().orElseThrow().loss()).isCloseTo(Math.log(2) / 2, within(1e-9));
    }

    @Test
    void knowsEachClassInTheWindow() {
        // Given
        Prequential prequential = new Prequential(CLASSES, 4);

        // When: the first two leave the window again
        answer(prequential, 2, 2);
        answer(prequential, 0, 1);
        answer(prequential, 0, 0);
        answer(prequential, 1, 0);
        answer(prequential, 0, 1);
        answer(prequential, 0, 0);

        // Then
        assertThat(prequential.windowExamples(0)).isEqualTo(3);
        assertThat(prequential.windowAccuracy(0)).isEqualTo(2 / 3.0);
        assertThat(prequential.windowAccuracy(1)).isZero();
        assertThat(prequential.windowExamples(2)).isZero();
        assertThat(prequential.windowAccuracy(2)).isNaN();
    }

    /** 20 and 15 of 50 on the diagonal, 5 and 10 beside it: the example that κ is usually explained with. */
    @Test
    void knowsHowMuchBetterThanGuessingTheWindowWas() {
        // Given
        Prequential prequential = new Prequential(2, 50);
        answer(prequential, 1, 0);
        int[][] counts = {{20, 5}, {10, 15}};

        // When
        for (int label = 0; label < 2; label++) {
            for (int predicted = 0; predicted < 2; predicted++) {
                for (int i = 0; i < counts[label][predicted]; i++) {
                    answer(prequential, label, predicted);
                }
            }
        }

        // Then: all but one label of 50 repeat the one before, the first after the 1 that has left and the first 1
        assertThat(prequential.windowKappa()).isCloseTo(0.4, within(1e-12));
        assertThat(prequential.windowKappaTemporal()).isCloseTo((0.7 - 0.96) / 0.04, within(1e-12));
    }

    @Test
    void isNotFlatteredByAStreamOfMostlyOneClass() {
        // Given
        Prequential prequential = new Prequential(2, 100);

        // When
        for (int i = 0; i < 100; i++) {
            answer(prequential, i < 90 ? 0 : 1, 0);
        }

        // Then
        assertThat(prequential.window().orElseThrow().accuracy()).isEqualTo(0.9);
        assertThat(prequential.windowKappa()).isCloseTo(0, within(1e-12));
    }

    @Test
    void tellsWhichOfTheNewestMiniBatchWereRightEvenIfTheWindowIsSmaller() {
        // Given
        Prequential prequential = new Prequential(2, 1);

        // When
        prequential.observe(new float[] {1, 0, 1, 0, 0, 1}, new int[] {0, 1, 1}, 3);

        // Then
        assertThat(prequential.isHit(0)).isTrue();
        assertThat(prequential.isHit(1)).isFalse();
        assertThat(prequential.isHit(2)).isTrue();
    }

    @Test
    void sumsOfTheWindowDoNotDriftBecauseOfOneLargeLoss() {
        // Given
        Prequential prequential = new Prequential(2, 3);

        // When
        for (int i = 0; i < 100_000; i++) {
            answer(prequential, 1, 1, i % 7 == 0 ? 1e-14f : 0.999f);
        }
        for (int i = 0; i < 3; i++) {
            answer(prequential, 1, 1, 1);
        }

        // Then
        assertThat(prequential.window()).contains(new Evaluation(0, 1, 3));
    }

    @Test
    void goesOnFromItsStateToTheLastBit() {
        for (int before : new int[] {0, 5, 20, 47}) {
            // Given
            Random random = new Random(before);
            Prequential uninterrupted = new Prequential(CLASSES, 20, 0.97);
            for (int i = 0; i < before; i++) {
                answer(uninterrupted, random.nextInt(CLASSES), random.nextInt(CLASSES), random.nextFloat());
            }
            Prequential resumed = new Prequential(CLASSES, 20, 0.97);
            answer(resumed, 1, 2);

            // When
            resumed.restore(uninterrupted.state());

            // Then
            for (int i = 0; i < 50; i++) {
                assertThat(resumed.state()).isEqualTo(uninterrupted.state());
                assertThat(resumed.window()).isEqualTo(uninterrupted.window());
                assertThat(resumed.fading()).isEqualTo(uninterrupted.fading());
                assertThat(resumed.cumulative()).isEqualTo(uninterrupted.cumulative());
                // With boxes, of which two that are NaN are equal.
                assertThat(List.of(resumed.windowKappa(), resumed.windowKappaTemporal(), resumed.windowAccuracy(1)))
                        .isEqualTo(List.of(
                                uninterrupted.windowKappa(),
                                uninterrupted.windowKappaTemporal(),
                                uninterrupted.windowAccuracy(1)));
                int label = random.nextInt(CLASSES);
                int predicted = random.nextInt(CLASSES);
                float probability = random.nextFloat();
                answer(uninterrupted, label, predicted, probability);
                answer(resumed, label, predicted, probability);
            }
        }
    }

    @Test
    void refusesAStateOfOtherSettings() {
        // Given
        Prequential prequential = new Prequential(CLASSES, 20);
        answer(prequential, 1, 1);
        long[] state = prequential.state();

        // Then
        for (Prequential other :
                List.of(new Prequential(2, 20), new Prequential(CLASSES, 21), new Prequential(CLASSES, 20, 0.99))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(state))
                    .withMessageStartingWith("not the state of a prequential evaluation");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> prequential.restore(new long[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> prequential.restore(Arrays.copyOf(state, state.length - 1)));
        assertThat(prequential.state()).isEqualTo(state);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Prequential(1, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Prequential(2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Prequential(2, 5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Prequential(2, 5, Double.NaN));
    }

    private static void answer(Prequential prequential, int label, int predicted) {
        answer(prequential, label, predicted, 0.5f);
    }

    /** Of three classes, whose probabilities need not add up for what is tested here. */
    private static void answer(Prequential prequential, int label, int predicted, float probabilityOfLabel) {
        float[] probabilities = new float[CLASSES];
        probabilities[label] = probabilityOfLabel;
        if (predicted != label) {
            probabilities[predicted] = 2;
        }
        prequential.observe(probabilities, new int[] {label}, 1);
    }

    private static double share(List<Boolean> hits) {
        return (double) hits.stream().filter(hit -> hit).count() / hits.size();
    }
}
