package dev.freshet.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldOutTest {
    /** Computed by another program. If this fails, records have changed sides and hold-out records were trained on. */
    @Test
    void neverMovesARecordToTheOtherSide() {
        // Given
        HoldOut tenth = new HoldOut(0.1);

        // Then
        assertThat(IntStream.range(0, 100).filter(i -> tenth.isHeldOut("train/" + i)))
                .containsExactly(6, 8, 11, 20, 23, 25, 72, 78, 84, 96);
        assertThat(new HoldOut(0.0108).isHeldOut("a")).isTrue();
        assertThat(new HoldOut(0.0107).isHeldOut("a")).isFalse();
        assertThat(new HoldOut(0.1163).isHeldOut("images-0@0")).isTrue();
        assertThat(new HoldOut(0.1162).isHeldOut("images-0@0")).isFalse();
        assertThat(new HoldOut(0.7169).isHeldOut("Ümläut/✓😀")).isTrue();
        assertThat(new HoldOut(0.7168).isHeldOut("Ümläut/✓😀")).isFalse();
        assertThat(new HoldOut(0.9).isHeldOut("")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"train/", "id", "images-0@", "2026-11-20T00:00:00/"})
    void holdsOutItsShareOfNumberedIds(String prefix) {
        for (double share : new double[] {0.01, 0.1, 0.5, 0.9}) {
            // Given
            HoldOut holdOut = new HoldOut(share);
            int ids = 60_000;

            // When
            long heldOut = IntStream.range(0, ids)
                    .filter(i -> holdOut.isHeldOut(prefix + i))
                    .count();

            // Then: within 5 standard deviations
            assertThat((double) heldOut / ids).isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / ids)));
        }
    }

    @Test
    void keepsWhatASmallerShareHoldsOut() {
        // Given
        HoldOut smaller = new HoldOut(0.05);
        HoldOut larger = new HoldOut(0.2);

        // Then
        assertThat(IntStream.range(0, 1_000).filter(i -> smaller.isHeldOut("train/" + i)))
                .allMatch(i -> larger.isHeldOut("train/" + i));
    }

    @Test
    void holdsOutNothingWithAShareOfZero() {
        assertThat(IntStream.range(0, 1_000).filter(i -> new HoldOut(0).isHeldOut("train/" + i)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.91, Double.NaN})
    void refusesAShareThatLeavesTooLittle(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HoldOut(share))
                .withMessage("hold-out-share must be in [0, 0.9], was " + share);
    }
}
