package dev.freshet.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class MiniBatchTest {
    @Test
    void putsExamplesSideBySide() {
        // Given
        MiniBatch miniBatch = new MiniBatch(2, 3);

        // When
        miniBatch.add(example(7, 1, 2, 3));
        miniBatch.add(example(8, 4, 5, 6));

        // Then
        assertThat(miniBatch.isFull()).isTrue();
        assertThat(miniBatch.size()).isEqualTo(2);
        assertThat(miniBatch.inputs()).isEqualTo(3);
        assertThat(miniBatch.features()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(miniBatch.labels()).containsExactly(7, 8);
    }

    @Test
    void beginsAgainOnceCleared() {
        // Given
        MiniBatch miniBatch = new MiniBatch(2, 1);
        miniBatch.add(example(1, 1));

        // When
        miniBatch.clear();
        boolean empty = miniBatch.isEmpty();
        miniBatch.add(example(2, 9));

        // Then
        assertThat(empty).isTrue();
        assertThat(miniBatch.size()).isEqualTo(1);
        assertThat(miniBatch.features()[0]).isEqualTo(9);
        assertThat(miniBatch.labels()[0]).isEqualTo(2);
    }

    @Test
    void refusesOneExampleTooMany() {
        // Given
        MiniBatch miniBatch = new MiniBatch(1, 1);
        miniBatch.add(example(0, 1));

        // Then
        assertThatIllegalStateException()
                .isThrownBy(() -> miniBatch.add(example(0, 2)))
                .withMessage("a mini-batch of 1 examples is full");
    }

    @Test
    void refusesAnExampleOfAnotherSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MiniBatch(1, 2).add(example(0, 1, 2, 3)))
                .withMessage("an example of 3 features does not fit a mini-batch of 2");
    }

    @Test
    void refusesMoreThanAnArrayCanHold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MiniBatch(65_536, 65_536))
                .withMessage("a mini-batch of 65536 examples of 65536 features does not fit into one array");
    }

    private static Example example(int label, float... features) {
        return new Example("id", features, label, 0);
    }
}
