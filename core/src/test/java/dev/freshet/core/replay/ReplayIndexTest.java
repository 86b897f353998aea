package dev.freshet.core.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every kind of index. */
class ReplayIndexTest {
    private static final int CAPACITY = 50;
    private static final int CLASSES = 4;

    static Stream<Supplier<ReplayIndex>> indices() {
        return Stream.of(() -> new Reservoir(CAPACITY, 7), () -> new ClassBalancedReservoir(CAPACITY, CLASSES, 7));
    }

    @ParameterizedTest
    @MethodSource("indices")
    void keepsEverythingWhileThereIsRoom(Supplier<ReplayIndex> indices) {
        // Given
        ReplayIndex index = indices.get();

        for (int i = 0; i < CAPACITY; i++) {
            // When
            int slot = index.offer(3, 1_000 + i, i % 2);

            // Then
            assertThat(slot).isEqualTo(i);
            assertThat(index.size()).isEqualTo(i + 1);
        }
        assertThat(index.partition(20)).isEqualTo(3);
        assertThat(index.offset(20)).isEqualTo(1_020);
        assertThat(index.label(21)).isEqualTo(1);
        assertThat(index.capacity()).isEqualTo(CAPACITY);
    }

    /** The examples that a user of the index keeps by slot are the ones that the index says are there. */
    @ParameterizedTest
    @MethodSource("indices")
    void alwaysKnowsWhatIsInEachSlot(Supplier<ReplayIndex> indices) {
        // Given
        ReplayIndex index = indices.get();
        long[] rows = new long[CAPACITY];
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 5_000; i++) {
            // When
            int slot = index.offer(i % 3, i, random.nextInt(CLASSES) * random.nextInt(2));
            if (slot != ReplayIndex.NONE) {
                rows[slot] = i;
            }
        }

        // Then
        assertThat(index.size()).isEqualTo(CAPACITY);
        assertThat(index.seen()).isEqualTo(5_000);
        for (int slot = 0; slot < CAPACITY; slot++) {
            assertThat(index.offset(slot)).isEqualTo(rows[slot]);
            assertThat(index.partition(slot)).isEqualTo((int) rows[slot] % 3);
        }
    }

    @ParameterizedTest
    @MethodSource("indices")
    void picksEverySlotAsOften(Supplier<ReplayIndex> indices) {
        // Given
        ReplayIndex index = indices.get();
        for (int i = 0; i < 500; i++) {
            index.offer(0, i, i % CLASSES);
        }
        long[] counts = new long[CAPACITY];

        // When
        for (long draw = 0; draw < 100_000; draw++) {
            counts[index.pick(draw)]++;
        }

        // Then: 49 degrees of freedom, 99.9 %
        assertThat(chiSquare(counts)).isLessThan(85.4);
        assertThat(index.pick(17)).isEqualTo(index.pick(17));
    }

    @ParameterizedTest
    @MethodSource("indices")
    void goesOnFromItsStateAsIfThereHadBeenNoInterruption(Supplier<ReplayIndex> indices) {
        for (int before : new int[] {0, 20, CAPACITY, 3_000}) {
            // Given
            SplittableRandom random = new SplittableRandom(before);
            ReplayIndex uninterrupted = indices.get();
            for (int i = 0; i < before; i++) {
                uninterrupted.offer(1, i, random.nextInt(CLASSES) * random.nextInt(2));
            }
            ReplayIndex resumed = indices.get();
            for (int i = 0; i < 70; i++) {
                resumed.offer(9, i, 1);
            }

            // When
            resumed.restore(uninterrupted.state());

            // Then
            for (int i = before; i < before + 1_000; i++) {
                int label = random.nextInt(CLASSES);
                assertThat(resumed.offer(2, i, label)).isEqualTo(uninterrupted.offer(2, i, label));
                assertThat(resumed.pick(i)).isEqualTo(uninterrupted.pick(i));
            }
            assertThat(resumed.state()).isEqualTo(uninterrupted.state());
        }
    }

    @ParameterizedTest
    @MethodSource("indices")
    void refusesAStateThatIsNotItsOwn(Supplier<ReplayIndex> indices) {
        // Given
        ReplayIndex index = indices.get();
        for (int i = 0; i < 60; i++) {
            index.offer(0, i, 0);
        }
        long[] state = index.state();

        // Then
        for (ReplayIndex other : new ReplayIndex[] {
            new Reservoir(CAPACITY + 1, 7),
            new Reservoir(CAPACITY, 8),
            new ClassBalancedReservoir(CAPACITY, CLASSES + 1, 7)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(state))
                    .withMessageStartingWith("not the state of a ");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> index.restore(new long[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> index.restore(Arrays.copyOf(state, state.length - 1)));
        assertThat(index.state()).isEqualTo(state);
    }

    @ParameterizedTest
    @MethodSource("indices")
    void hasNothingToPickAtFirst(Supplier<ReplayIndex> indices) {
        assertThatIllegalStateException().isThrownBy(() -> indices.get().pick(0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> indices.get().offset(0));
    }

    /** Of counts that should all be the same. */
    static double chiSquare(long[] counts) {
        double expected = Arrays.stream(counts).average().orElseThrow();
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }
}
