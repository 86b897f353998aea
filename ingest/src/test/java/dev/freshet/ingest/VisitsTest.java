package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class VisitsTest {
    private static final OptionalLong NONE = OptionalLong.empty();

    @Test
    void visitsEveryIndexInOrderOncePerEpoch() {
        // When
        Visits visits = visits(OptionalLong.of(3), 2, NONE, NONE);

        // Then
        assertThat(visits.total()).hasValue(6);
        assertThat(all(visits)).containsExactly(0L, 1L, 2L, 0L, 1L, 2L);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(visits::nextLong);
    }

    @Test
    void countsOnlyWhatIsSentAgainstTheLimit() {
        // Given
        Visits visits = visits(OptionalLong.of(5), 1, NONE, OptionalLong.of(2));

        // When
        visits.nextLong();
        visits.leaveOut();
        visits.nextLong();

        // Then
        assertThat(visits.sent()).isEqualTo(1);
        assertThat(visits.nextLong()).isEqualTo(2);
        assertThat(visits.hasNext()).isFalse();
        assertThat(visits.total()).hasValue(2);
    }

    @Test
    void endsWithTheSourceHoweverManyAreLeftOut() {
        // Given
        Visits visits = visits(OptionalLong.of(2), 1, NONE, OptionalLong.of(5));

        // When
        visits.nextLong();
        visits.leaveOut();
        visits.nextLong();
        visits.leaveOut();

        // Then
        assertThat(visits.sent()).isZero();
        assertThat(visits.hasNext()).isFalse();
    }

    @Test
    void shufflesEachEpochIntoAnotherPermutation() {
        // When
        List<Long> visited = all(visits(OptionalLong.of(100), 3, OptionalLong.of(7), NONE));

        // Then
        List<Long> first = visited.subList(0, 100);
        List<Long> second = visited.subList(100, 200);
        List<Long> third = visited.subList(200, 300);
        List<Long> inOrder = LongStream.range(0, 100).boxed().toList();
        assertThat(List.of(first, second, third))
                .allSatisfy(epoch -> assertThat(epoch).containsExactlyInAnyOrderElementsOf(inOrder))
                .doesNotHaveDuplicates()
                .doesNotContain(inOrder);
    }

    @Test
    void shufflesTheSameWayForTheSameSeedOnly() {
        // When
        List<Long> visited = all(visits(OptionalLong.of(50), 2, OptionalLong.of(7), NONE));

        // Then
        assertThat(all(visits(OptionalLong.of(50), 2, OptionalLong.of(7), NONE)))
                .isEqualTo(visited);
        assertThat(all(visits(OptionalLong.of(50), 2, OptionalLong.of(8), NONE)))
                .isNotEqualTo(visited);
    }

    @Test
    void startsWithEveryIndexEquallyOften() {
        // When
        int[] firsts = new int[4];
        LongStream.range(0, 4_000)
                .forEach(seed -> firsts[
                        (int) visits(OptionalLong.of(4), 1, OptionalLong.of(seed), NONE)
                                .nextLong()]++);

        // Then
        for (int count : firsts) {
            assertThat(count).isBetween(850, 1_150);
        }
    }

    @Test
    void stopsAtTheLimitInTheMiddleOfAnEpoch() {
        // When
        Visits visits = visits(OptionalLong.of(3), 5, NONE, OptionalLong.of(4));

        // Then
        assertThat(visits.total()).hasValue(4);
        assertThat(all(visits)).containsExactly(0L, 1L, 2L, 0L);
    }

    @Test
    void goesOnWithoutEndInAnEndlessSource() {
        // When
        Visits visits = visits(NONE, 1, OptionalLong.of(7), NONE);

        // Then
        assertThat(visits.total()).isEmpty();
        assertThat(List.of(visits.nextLong(), visits.nextLong(), visits.nextLong()))
                .containsExactly(0L, 1L, 2L);
        assertThat(visits.hasNext()).isTrue();
    }

    @Test
    void endsAnEndlessSourceAtTheLimit() {
        assertThat(all(visits(NONE, 1, NONE, OptionalLong.of(2)))).containsExactly(0L, 1L);
    }

    @Test
    void refusesEpochsOfAnEndlessSource() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> visits(NONE, 2, NONE, NONE))
                .withMessageContaining("ingest.epochs must be 1 for an endless source")
                .withMessageContaining("was 2");
    }

    @Test
    void refusesToShuffleMoreThanAnArrayHolds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> visits(OptionalLong.of(Integer.MAX_VALUE), 1, OptionalLong.of(1), NONE))
                .withMessageContaining("ingest.shuffle")
                .withMessageContaining("2147483647");
    }

    private static Visits visits(OptionalLong size, int epochs, OptionalLong shuffleSeed, OptionalLong limit) {
        return new Visits(
                size, new IngestConfig(IngestConfig.UNLIMITED, epochs, shuffleSeed, limit, Encoding.PROTOBUF));
    }

    private static List<Long> all(Visits visits) {
        List<Long> all = new ArrayList<>();
        visits.forEachRemaining((long index) -> all.add(index));
        return all;
    }
}
