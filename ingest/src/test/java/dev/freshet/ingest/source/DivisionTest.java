package dev.freshet.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DivisionTest {
    @ParameterizedTest
    @CsvSource({"10, 0.2, 2", "10, 0.25, 3", "60000, 0.1, 6000", "100, 0.29, 29", "7, 0, 0", "7, 1, 7", "0, 0.5, 0"})
    void choosesTheFirst(int size, double share, int count) {
        // When
        Division division = Division.first(size, share);

        // Then
        assertThat(division.chosen()).isEqualTo(IntStream.range(0, count).toArray());
        assertThat(division.rest()).isEqualTo(IntStream.range(count, size).toArray());
    }

    @Test
    void choosesExactlyAFifthOfMnistsTestImages() {
        // Given: as many of each digit as MNIST's test part has
        Labels labels = Labels.shuffled(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);

        // When
        Division division = Division.stratified(labels, 0.2, 7);

        // Then: 191.6, 205.6, 194.8 and 201.8 are rounded up, 206.4, 196.4 and 178.4 down
        assertThat(division.chosen()).hasSize(2_000);
        assertThat(labels.counts(division.chosen())).containsExactly(196, 227, 206, 202, 196, 178, 192, 206, 195, 202);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.1, 0.2, 0.29, 1 / 3.0, 0.5, 0.77, 0.999, 1})
    void dividesWithoutGapsOrOverlaps(double share) {
        // Given
        Labels labels = Labels.shuffled(101, 57, 3, 1, 0, 300);

        // When
        Division division = Division.stratified(labels, share, 1);

        // Then
        int[] chosen = division.chosen();
        int[] rest = division.rest();
        assertThat(chosen).hasSize((int) Math.round(share * 462)).isSorted();
        assertThat(rest).isSorted();
        assertThat(IntStream.concat(Arrays.stream(chosen), Arrays.stream(rest)).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 462).boxed().toList());
        int[] counts = labels.counts(chosen);
        int[] all = {101, 57, 3, 1, 0, 300};
        for (int label = 0; label < counts.length; label++) {
            assertThat((double) counts[label]).isBetween(share * all[label] - 1, share * all[label] + 1);
        }
    }

    @Test
    void choosesAlwaysTheSameBySeed() {
        // Given
        Labels labels = Labels.shuffled(50, 50);

        // When
        int[] chosen = Division.stratified(labels, 0.1, 3).chosen();

        // Then
        assertThat(chosen).isEqualTo(Division.stratified(labels, 0.1, 3).chosen());
        assertThat(chosen).isNotEqualTo(Division.stratified(labels, 0.1, 4).chosen());
        // Pinned: a validation part must not change with a new version.
        assertThat(chosen).containsExactly(3, 9, 43, 46, 72, 88, 90, 95, 97, 99);
    }

    @Test
    void choosesEachOneEquallyOften() {
        // Given
        Labels labels = Labels.shuffled(20, 10);
        int[] times = new int[30];

        // When
        for (int seed = 0; seed < 3_000; seed++) {
            for (int index : Division.stratified(labels, 0.2, seed).chosen()) {
                times[index]++;
            }
        }

        // Then: the mean is 600, the deviation 22
        assertThat(Arrays.stream(times)).allMatch(count -> count > 490 && count < 710);
    }

    @Test
    void refusesAShareThatIsNoneAndASourceWithoutAnEnd() throws Exception {
        // Given
        ImageSource digits = SourceSpec.parse("digits").open(Split.TRAIN);

        // When / Then
        assertThatIllegalArgumentException().isThrownBy(() -> Division.first(10, 1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> Division.first(10, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> Division.first(1L << 40, 0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Division.stratified(digits, 0.1, 1))
                .withMessageContaining("without an end");
    }

    /** A source that only has labels. */
    private record Labels(List<Integer> labels, List<String> classes) implements ImageSource {
        static Labels shuffled(int... counts) {
            int[] labels = IntStream.range(0, counts.length)
                    .flatMap(label -> IntStream.generate(() -> label).limit(counts[label]))
                    .toArray();
            Random random = new Random(1);
            for (int i = labels.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int label = labels[i];
                labels[i] = labels[other];
                labels[other] = label;
            }
            return new Labels(Arrays.stream(labels).boxed().toList(), ModelSpec.numbered(counts.length));
        }

        int[] counts(int[] indices) {
            int[] counts = new int[classes.size()];
            Arrays.stream(indices).forEach(index -> counts[labels.get(index)]++);
            return counts;
        }

        @Override
        public InputSpec input() {
            return InputSpec.point(1);
        }

        @Override
        public OptionalLong size() {
            return OptionalLong.of(labels.size());
        }

        @Override
        public LabelledImage get(long index) {
            throw new UnsupportedOperationException("dividing looks at labels only");
        }

        @Override
        public int label(long index) {
            return labels.get((int) index);
        }
    }
}
