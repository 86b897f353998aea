package dev.freshet.server.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.evaluation.Scoring;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.protocol.v1.Timings;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionWriterTest {
    private static final int ROWS = 20;

    /** Numbers that a field leaves out, or that take few or many bytes. */
    private static final long[] NUMBERS = {0, 1, 127, 128, 1_700_000_000_000L, -1, Long.MAX_VALUE, Long.MIN_VALUE};

    @Test
    void writesWhatTheGeneratedClassWrites() {
        // Given
        Random random = new Random(1);
        String[] texts = {"", "a", "request-17", "größer", "日本", "😀", "x".repeat(10_000)};

        for (int batch = 0; batch < 2_000; batch++) {
            String model = texts[random.nextInt(texts.length)];
            long version = number(random);
            int classes = 1 + random.nextInt(random.nextInt(20) == 0 ? 1_000 : 12);
            long scoredMicros = number(random);
            int batchSize = random.nextInt(3) * random.nextInt(1_000);
            float[] probabilities = new float[ROWS * classes];
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] =
                        random.nextInt(10) == 0 ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat();
            }
            PredictionWriter writer = new PredictionWriter(model, version, classes, scoredMicros, batchSize);

            for (int row = 0; row < ROWS; row++) {
                String id = texts[random.nextInt(texts.length)];
                long eventTimeMillis = number(random);
                long waitedMicros = number(random);

                // When
                byte[] written = writer.write(id, probabilities, row, eventTimeMillis, waitedMicros);

                // Then
                Prediction.Builder expected = Prediction.newBuilder()
                        .setId(id)
                        .setModel(model)
                        .setModelVersion(version)
                        .setClassIndex(Scoring.predictedClass(probabilities, row, classes))
                        .setEventTimeMs(eventTimeMillis)
                        .setTimings(Timings.newBuilder()
                                .setWaitedUs(waitedMicros)
                                .setScoredUs(scoredMicros)
                                .setBatchSize(batchSize));
                for (int i = row * classes; i < (row + 1) * classes; i++) {
                    expected.addProbabilities(probabilities[i]);
                }
                assertThat(written).isEqualTo(expected.build().toByteArray());
            }
        }
    }

    @Test
    void writesPredictionsThatDoNotChangeWhenTheNextIsWritten() throws Exception {
        // Given
        PredictionWriter writer = new PredictionWriter("m", 1, 2, 3, 4);

        // When
        byte[] first = writer.write("first", new float[] {0, 1, 1, 0}, 0, 5, 6);
        byte[] second = writer.write("second", new float[] {0, 1, 1, 0}, 1, 5, 6);

        // Then
        assertThat(Prediction.parseFrom(first).getId()).isEqualTo("first");
        assertThat(Prediction.parseFrom(first).getClassIndex()).isEqualTo(1);
        assertThat(Prediction.parseFrom(second).getId()).isEqualTo("second");
    }

    private static long number(Random random) {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }
}
