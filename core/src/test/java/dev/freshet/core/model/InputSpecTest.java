package dev.freshet.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class InputSpecTest {
    @Test
    void knowsTheSidesOfAnImage() {
        // When
        InputSpec input = InputSpec.image(3, 32, 48);

        // Then
        assertThat(input.isImage()).isTrue();
        assertThat(input.channels()).isEqualTo(3);
        assertThat(input.height()).isEqualTo(32);
        assertThat(input.width()).isEqualTo(48);
        assertThat(input.size()).isEqualTo(3 * 32 * 48);
    }

    @Test
    void takesAPointForOneChannel() {
        // When
        InputSpec input = InputSpec.point(2);

        // Then
        assertThat(input.isImage()).isFalse();
        assertThat(input.channels()).isEqualTo(1);
        assertThat(input.size()).isEqualTo(2);
    }

    @Test
    void scalesBytesToTheUnitIntervalAsUnsigned() {
        // Given
        float[] features = new float[4];

        // When
        InputSpec.point(4).scaleBytes(new byte[] {0, 51, (byte) 128, (byte) 255}, features);

        // Then
        assertThat(features).containsExactly(0, 0.2f, 128 / 255f, 1);
    }

    @Test
    void normalisesEachChannelByItsOwnMeanAndDeviation() {
        // Given
        InputSpec input = new InputSpec(List.of(3, 1, 2), List.of(0.0, 1.0, 2.0), List.of(1.0, 2.0, 4.0));
        float[] features = {4, 5, 6, 7, 8, 9};

        // When
        input.normalise(features);

        // Then
        assertThat(features).containsExactly(4, 5, 2.5f, 3, 1.5f, 1.75f);
    }

    @Test
    void normalisesByAMeanAlone() {
        // Given
        float[] features = {4, 5};

        // When
        new InputSpec(List.of(2), List.of(1.0), List.of()).normalise(features);

        // Then
        assertThat(features).containsExactly(3, 4);
    }

    @Test
    void refusesShapesThatAreNeitherImageNorPoint() {
        for (List<Integer> shape : List.of(
                List.<Integer>of(),
                List.of(28, 28),
                List.of(1, 1, 28, 28),
                List.of(0),
                List.of(-1),
                List.of(2, 28, 28),
                List.of(1, -28, -28),
                List.of((1 << 20) + 1),
                List.of(1, 65_536, 65_536),
                List.of(1, Integer.MAX_VALUE, Integer.MAX_VALUE))) {
            assertThatIllegalArgumentException()
                    .as("shape %s", shape)
                    .isThrownBy(() -> new InputSpec(shape, List.of(), List.of()))
                    .withMessageContaining("input.shape");
        }
    }

    @Test
    void refusesNormalisationThatDoesNotFitTheChannels() {
        List<Integer> shape = List.of(3, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InputSpec(shape, List.of(0.5), List.of()))
                .withMessage("input.mean must have 3 values, was [0.5]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InputSpec(shape, List.of(), List.of(1.0, 0.0, 1.0)))
                .withMessage("input.std must be greater than 0, was [1.0, 0.0, 1.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InputSpec(shape, List.of(0.0, Double.NaN, 0.0), List.of()))
                .withMessageContaining("input.mean must be finite");
    }

    @Test
    void refusesPicturesOfAnotherSizeUnlessToldOtherwise() {
        // When
        InputSpec resizing = InputSpec.image(1, 2, 3).withResize(Resize.BILINEAR);

        // Then
        assertThat(InputSpec.image(1, 2, 3).resize()).isEqualTo(Resize.REFUSE);
        assertThat(resizing).isEqualTo(new InputSpec(List.of(1, 2, 3), List.of(), List.of(), Resize.BILINEAR));
        assertThat(new InputSpec(List.of(2), List.of(), List.of(), null).resize())
                .isEqualTo(Resize.REFUSE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputSpec.point(2).withResize(Resize.BILINEAR))
                .withMessage("input.resize takes images, input.shape was that of a point: [2]");
    }
}
