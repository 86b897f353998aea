package dev.freshet.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ReservoirTest {
    @Test
    void keepsEveryExampleOfTheStreamWithTheSameChance() {
        // Given
        int examples = 200;
        long[] kept = new long[examples];

        // When
        for (int seed = 0; seed < 10_000; seed++) {
            Reservoir reservoir = new Reservoir(20, seed);
            for (int i = 0; i < examples; i++) {
                reservoir.offer(0, i, 0);
            }
            for (int slot = 0; slot < 20; slot++) {
                kept[(int) reservoir.offset(slot)]++;
            }
        }

        // Then: 199 degrees of freedom, 99.9 %; without replacement the statistic is smaller by a tenth, if anything
        assertThat(ReplayIndexTest.chiSquare(kept)).isBetween(100.0, 267.5);
    }

    @Test
    void keepsNoExampleTwice() {
        // Given
        Reservoir reservoir = new Reservoir(1_000, 3);

        // When
        for (int i = 0; i < 100_000; i++) {
            reservoir.offer(0, i, 0);
        }

        // Then
        boolean[] kept = new boolean[100_000];
        for (int slot = 0; slot < 1_000; slot++) {
            assertThat(kept[(int) reservoir.offset(slot)]).isFalse();
            kept[(int) reservoir.offset(slot)] = true;
        }
    }

    @Test
    void refusesToHaveNoSlots() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Reservoir(0, 1));
    }
}
