package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.model.InputSpec;
import java.awt.Color;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PixelImagesTest {
    @Test
    void readsGreyAndColourAsUnsignedBytes() {
        // Given a row of two pixels, channel by channel
        byte[] grey = {0, (byte) 200};
        byte[] colour = {10, (byte) 255, 20, (byte) 254, 30, (byte) 253};

        // When
        BufferedImage one = PixelImages.of(InputSpec.image(1, 1, 2), grey);
        BufferedImage three = PixelImages.of(InputSpec.image(3, 1, 2), colour);

        // Then
        assertThat(at(one, 0, 0)).isEqualTo(Color.BLACK);
        assertThat(at(one, 1, 0)).isEqualTo(new Color(200, 200, 200));
        assertThat(at(three, 0, 0)).isEqualTo(new Color(10, 20, 30));
        assertThat(at(three, 1, 0)).isEqualTo(new Color(255, 254, 253));
    }

    @Test
    void enlargesByAWholeFactor() {
        // Given
        BufferedImage image = PixelImages.of(InputSpec.image(1, 2, 3), new byte[] {1, 2, 3, 4, 5, 6});

        // When
        BufferedImage large = PixelImages.fitted(image, 11);

        // Then
        assertThat(large.getWidth()).isEqualTo(9);
        assertThat(large.getHeight()).isEqualTo(6);
        assertThat(at(large, 0, 0)).isEqualTo(new Color(1, 1, 1));
        assertThat(at(large, 2, 2)).isEqualTo(new Color(1, 1, 1));
        assertThat(at(large, 3, 2)).isEqualTo(new Color(2, 2, 2));
        assertThat(at(large, 8, 5)).isEqualTo(new Color(6, 6, 6));
    }

    @Test
    void shrinksToMeans() {
        // Given
        byte[] pixels = {0, 100, 10, 10, 100, (byte) 200, 10, 30};
        BufferedImage image = PixelImages.of(InputSpec.image(1, 2, 4), pixels);

        // When
        BufferedImage small = PixelImages.fitted(image, 2);

        // Then
        assertThat(small.getWidth()).isEqualTo(2);
        assertThat(small.getHeight()).isEqualTo(1);
        assertThat(at(small, 0, 0)).isEqualTo(new Color(100, 100, 100));
        assertThat(at(small, 1, 0)).isEqualTo(new Color(15, 15, 15));
    }

    @Test
    void keepsAtLeastOnePixelOfAThinImage() {
        // Given
        BufferedImage image = PixelImages.of(InputSpec.image(1, 1, 500), new byte[500]);

        // When
        BufferedImage small = PixelImages.fitted(image, 100);

        // Then
        assertThat(small.getWidth()).isEqualTo(100);
        assertThat(small.getHeight()).isEqualTo(1);
    }

    private static Color at(BufferedImage image, int x, int y) {
        return new Color(image.getRGB(x, y));
    }
}
