package dev.freshet.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final byte[] GREY_PALETTE = {0, 0, 0, 9, 9, 9};
    private static final byte[] COLOUR_PALETTE = {0, 0, 0, 9, 9, 8};

    @Test
    void tellsSizeAndColourWithoutThePixels() throws Exception {
        // Given
        byte[] grey = Pictures.png(3, 1, 8, Pictures.GREY, new byte[] {1, 2, 3});
        byte[] rgb = Pictures.png(1, 2, 8, Pictures.RGB, new byte[6]);
        byte[] jpeg = Pictures.jpeg(5, 4, BufferedImage.TYPE_INT_RGB, 0x804020);
        byte[] greyJpeg = Pictures.jpeg(5, 4, BufferedImage.TYPE_BYTE_GRAY, 0x808080);

        // When / Then
        assertThat(header(ContentTypes.PNG, Arrays.copyOf(grey, 45))).isEqualTo(new Picture.Header(3, 1, true));
        assertThat(header(ContentTypes.PNG, rgb)).isEqualTo(new Picture.Header(1, 2, false));
        assertThat(header(ContentTypes.JPEG, jpeg)).isEqualTo(new Picture.Header(5, 4, false));
        assertThat(header(ContentTypes.JPEG, greyJpeg)).isEqualTo(new Picture.Header(5, 4, true));
    }

    @Test
    void takesAPaletteForGreyWhereItHoldsNoColour() throws Exception {
        // Given
        byte[] grey = Pictures.png(2, 1, 8, Pictures.PALETTE, new byte[] {0, 1}, GREY_PALETTE);
        byte[] colour = Pictures.png(2, 1, 8, Pictures.PALETTE, new byte[] {0, 1}, COLOUR_PALETTE);
        byte[] oneBit = Pictures.png(8, 1, 1, Pictures.GREY, new byte[] {0x55});

        // When / Then
        assertThat(header(ContentTypes.PNG, grey).grey()).isTrue();
        assertThat(header(ContentTypes.PNG, colour).grey()).isFalse();
        assertThat(header(ContentTypes.PNG, oneBit).grey()).isTrue();
        assertThat(Picture.read(ContentTypes.PNG, grey, InputSpec.image(1, 1, 2)))
                .containsExactly(0, 9);
    }

    @Test
    void readsChannelByChannel() throws Exception {
        // Given
        byte[] file = Pictures.png(2, 1, 8, Pictures.RGB, new byte[] {1, 2, 3, 4, 5, 6});

        // When
        byte[] pixels = Picture.read(ContentTypes.PNG, file, InputSpec.image(3, 1, 2));

        // Then
        assertThat(pixels).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void refusesWhatIsNoPictureOrOfAnotherSize() {
        // Given
        byte[] file = Pictures.png(1, 1, 8, Pictures.GREY, new byte[] {1});

        // When / Then
        assertThatIOException()
                .isThrownBy(() -> Picture.read(ContentTypes.PNG, file, InputSpec.image(1, 2, 2)))
                .withMessageContaining("a picture of 1×1 where the model takes 2×2");
        assertThatIOException()
                .isThrownBy(() -> header(ContentTypes.JPEG, file))
                .withMessageContaining("not a readable image/jpeg");
        assertThatIOException()
                .isThrownBy(() -> header(ContentTypes.PNG, new byte[0]))
                .withMessageContaining("not a readable image/png");
    }

    @Test
    void scalesAPictureOfAnotherSizeWhereTheInputSaysSo() throws Exception {
        // Given
        byte[] grey = Pictures.png(2, 2, 8, Pictures.GREY, new byte[] {0, 10, 20, 30});
        byte[] colour = Pictures.png(2, 1, 8, Pictures.RGB, new byte[] {1, 2, 3, 3, 6, 9});
        InputSpec onePixel = InputSpec.image(3, 1, 1).withResize(Resize.BILINEAR);

        // When / Then
        assertThat(Picture.read(ContentTypes.PNG, grey, onePixel)).containsExactly(15, 15, 15);
        assertThat(Picture.read(ContentTypes.PNG, colour, onePixel)).containsExactly(2, 4, 6);
        assertThat(Picture.read(
                        ContentTypes.PNG, colour, InputSpec.image(1, 1, 4).withResize(Resize.BILINEAR)))
                .containsExactly(2, 3, 4, 5);
    }

    @Test
    void refusesAPictureThatIsTooLargeToBeScaledBeforeItsPixels() {
        // Given
        InputSpec input = InputSpec.image(1, 28, 28).withResize(Resize.BILINEAR);
        byte[] large = Pictures.png(4097, 4096, 8, Pictures.GREY, new byte[0]);
        byte[] longOne = Pictures.png(1, 16_385, 8, Pictures.GREY, new byte[0]);

        // When / Then
        assertThatIOException()
                .isThrownBy(() -> Picture.read(ContentTypes.PNG, large, input))
                .withMessageContaining(
                        "a picture of 4097×4096 is too large to be resized: at most 16384 pixels a side");
        assertThatIOException()
                .isThrownBy(() -> Picture.read(ContentTypes.PNG, longOne, input))
                .withMessageContaining("a picture of 1×16385 is too large to be resized");
        assertThatIOException()
                .isThrownBy(() -> Picture.requireSize(header(ContentTypes.PNG, large), input))
                .withMessageContaining("a picture of 4097×4096 is too large to be resized");
    }

    @Test
    void fitsAnImageOfBytesAsItReadsOneThatIsAFile() throws Exception {
        // Given
        byte[] rows = new byte[5 * 4 * 3];
        new Random(1).nextBytes(rows);
        byte[] colour = Pictures.png(5, 4, 8, Pictures.RGB, rows);
        byte[] grey = Pictures.png(5, 4, 8, Pictures.GREY, Arrays.copyOf(rows, 20));
        InputSpec ofColour = InputSpec.image(3, 4, 5);
        InputSpec ofGrey = InputSpec.image(1, 4, 5);

        for (InputSpec to : List.of(ofColour, ofGrey, InputSpec.image(3, 7, 3), InputSpec.image(1, 2, 9))) {
            // When
            byte[] fromColour = Picture.fit(Picture.read(ContentTypes.PNG, colour, ofColour), ofColour, to);
            byte[] fromGrey = Picture.fit(Picture.read(ContentTypes.PNG, grey, ofGrey), ofGrey, to);

            // Then
            InputSpec resizing = to.withResize(Resize.BILINEAR);
            assertThat(fromColour).isEqualTo(Picture.read(ContentTypes.PNG, colour, resizing));
            assertThat(fromGrey).isEqualTo(Picture.read(ContentTypes.PNG, grey, resizing));
        }
    }

    private static Picture.Header header(String contentType, byte[] file) throws IOException {
        return Picture.header(contentType, new ByteArrayInputStream(file));
    }
}
