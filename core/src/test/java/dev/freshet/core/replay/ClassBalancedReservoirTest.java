package dev.freshet.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClassBalancedReservoirTest {
    @Test
    void hasEveryClassAsOftenHoweverSkewedTheStreamIs() {
        // Given: class 0 is nine tenths of the stream, class 3 one in a thousand
        ClassBalancedReservoir reservoir = new ClassBalancedReservoir(400, 4, 5);
        SplittableRandom random = new SplittableRandom(2);

        // When
        for (int i = 0; i < 200_000; i++) {
            double share = random.nextDouble();
            reservoir.offer(0, i, share < 0.9 ? 0 : share < 0.97 ? 1 : share < 0.999 ? 2 : 3);
        }

        // Then
        assertThat(counts(reservoir, 4)).containsExactly(100, 100, 100, 100);
    }

    @Test
    void keepsAllOfAClassThatHasNotItsShareYet() {
        // Given
        ClassBalancedReservoir reservoir = new ClassBalancedReservoir(100, 3, 5);

        // When: class 2 comes late and seldom
        for (int i = 0; i < 50_000; i++) {
            reservoir.offer(0, i, i >= 25_000 && i % 1_000 == 0 ? 2 : i % 2);
        }

        // Then
        int[] counts = counts(reservoir, 3);
        assertThat(counts[2]).isEqualTo(25);
        assertThat(Math.abs(counts[0] - counts[1])).isLessThanOrEqualTo(1);
    }

    @Test
    void isAUniformSampleWithinAClass() {
        // Given: 200 examples of class 1 between five times as many of class 0
        long[] kept = new long[200];

        // When
        for (int seed = 0; seed < 5_000; seed++) {
            ClassBalancedReservoir reservoir = new ClassBalancedReservoir(40, 2, seed);
            for (int i = 0; i < 1_200; i++) {
                reservoir.offer(0, i / 6, i % 6 == 0 ? 1 : 0);
            }
            for (int slot = 0; slot < 40; slot++) {
                if (reservoir.label(slot) == 1) {
                    kept[(int) reservoir.offset(slot)]++;
                }
            }
        }

        // Then: 199 degrees of freedom, 99.9 %
        assertThat(ReplayIndexTest.chiSquare(kept)).isBetween(100.0, 267.5);
    }

    @Test
    void refusesToHaveNoSlotsOrClasses() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ClassBalancedReservoir(0, 2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ClassBalancedReservoir(2, 0, 1));
    }

    private static int[] counts(ReplayIndex index, int classes) {
        int[] counts = new int[classes];
        for (int slot = 0; slot < index.size(); slot++) {
            counts[index.label(slot)]++;
        }
        return counts;
    }
}
