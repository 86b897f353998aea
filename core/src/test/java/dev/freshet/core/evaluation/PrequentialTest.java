package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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
        assertThat(prequential.cumulativeAccuracy()).isNaN();
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

    private static double share(List<Boolean> hits) {
        return (double) hits.stream().filter(hit -> hit).count() / hits.size();
    }
}
