package dev.freshet.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.evaluation.HoldOut;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanarySplitTest {
    private static final int REQUESTS = 10_000;

    @Test
    void neverChangesItsMind() {
        // By another program. Whoever changes these moves callers between versions.
        assertThat(CanarySplit.bucketOf("r0")).isEqualTo(9077);
        assertThat(CanarySplit.bucketOf("order/2026-11-21/7")).isEqualTo(5075);
        assertThat(CanarySplit.bucketOf("ä€𝄞")).isEqualTo(7779);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 5, 10, 50, 95})
    void takesAboutItsWeightOfNumberedIds(double weight) {
        CanarySplit split = CanarySplit.ofWeight(weight);

        long taken =
                IntStream.range(0, REQUESTS).filter(i -> split.takes("r" + i)).count();

        // Five standard deviations of a binomial.
        double deviation = 100 * Math.sqrt(weight / 100 * (1 - weight / 100) / REQUESTS);
        assertThat(100.0 * taken / REQUESTS).isCloseTo(weight, within(5 * deviation));
    }

    @Test
    void aHigherWeightTakesWhatALowerOneTookAndMore() {
        CanarySplit low = CanarySplit.ofWeight(5);
        CanarySplit high = CanarySplit.ofWeight(20);

        assertThat(IntStream.range(0, REQUESTS).filter(i -> low.takes("r" + i))).allMatch(i -> high.takes("r" + i));
    }

    @Test
    void nobodyAndEverybodyAreExact() {
        assertThat(IntStream.range(0, REQUESTS))
                .noneMatch(i -> CanarySplit.ofWeight(0).takes("r" + i));
        assertThat(IntStream.range(0, REQUESTS))
                .allMatch(i -> CanarySplit.ofWeight(100).takes("r" + i));
        assertThat(CanarySplit.ofWeight(0).takes("")).isFalse();
        assertThat(CanarySplit.ofWeight(100).takes("")).isTrue();
    }

    @Test
    void requestsWithoutAnIdAreDrawn() {
        CanarySplit half = CanarySplit.ofWeight(50);

        long taken = IntStream.range(0, REQUESTS).filter(i -> half.takes("")).count();

        // Ten standard deviations.
        assertThat(taken).isBetween(4_500L, 5_500L);
    }

    @Test
    void hasNothingToDoWithWhatATrainerHoldsOut() {
        // Given
        HoldOut heldOut = new HoldOut(0.1);
        CanarySplit tenth = CanarySplit.ofWeight(10);

        // When
        long both = IntStream.range(0, REQUESTS)
                .filter(i -> heldOut.isHeldOut("r" + i) && tenth.takes("r" + i))
                .count();

        // Then: a hundredth, and not a tenth or nothing
        assertThat(both).isBetween(50L, 150L);
    }
}
