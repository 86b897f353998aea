package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.model.InputSpec;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class PixelValuesTest {
    @Test
    void showsASmallGreyImageWholeWithEachValueReadable() {
        // Given all values from 0 to 255
        byte[] pixels = new byte[256];
        for (int i = 0; i < 256; i++) {
            pixels[i] = (byte) i;
        }
        PixelValues values = new PixelValues(InputSpec.image(1, 16, 16), pixels, "a ramp");

        // When
        BufferedImage drawn = values.draw(Theme.LIGHT);

        // Then
        for (int i = 0; i < 256; i++) {
            Rectangle2D cell = values.cell(0, i / 16, i % 16);
            Color background = new Color(i, i, i);
            assertThat(Pixels.at(drawn, cell.getX() + 1, cell.getY() + 2)).isEqualTo(background);
            assertThat(Pixels.show(drawn, cell, Theme.readableOn(background)))
                    .as("%d", i)
                    .isTrue();
        }
        assertThat(values.caption()).contains("One training image, enlarged").doesNotContain("middle");
    }

    @Test
    void showsTheMiddleOfALargeImageAndSaysSo() {
        // Given an image that is black but for one white pixel in its middle
        byte[] pixels = new byte[96 * 64];
        pixels[48 * 64 + 32] = (byte) 255;
        PixelValues values = new PixelValues(InputSpec.image(1, 96, 64), pixels, "a dot");

        // When
        BufferedImage drawn = values.draw(Theme.LIGHT);

        // Then
        Rectangle2D dot = values.cell(0, 48, 32);
        assertThat(Pixels.at(drawn, dot.getX() + 1, dot.getY() + 2)).isEqualTo(Color.WHITE);
        Rectangle2D beside = values.cell(0, 48, 33);
        assertThat(Pixels.at(drawn, beside.getX() + 1, beside.getY() + 2)).isEqualTo(Color.BLACK);
        assertThat(dot.getMaxX()).isLessThan(drawn.getWidth() / 2.0);
        assertThat(values.caption()).contains("the middle 16×16 of its 64×96 pixels (framed)");
    }

    @Test
    void showsEachChannelOfAColourByItself() {
        // Given a picture that is red only
        byte[] pixels = new byte[3 * 8 * 8];
        for (int i = 0; i < 64; i++) {
            pixels[i] = (byte) 255;
        }
        PixelValues values = new PixelValues(InputSpec.image(3, 8, 8), pixels, "red");

        // When
        BufferedImage drawn = values.draw(Theme.DARK);

        // Then
        Color red = background(drawn, values.cell(0, 0, 0));
        assertThat(red.getRed()).isGreaterThan(200);
        assertThat(red.getRed() - red.getGreen()).isGreaterThan(100);
        assertThat(background(drawn, values.cell(1, 0, 0))).isEqualTo(Color.BLACK);
        assertThat(background(drawn, values.cell(2, 7, 7))).isEqualTo(Color.BLACK);
        assertThat(values.caption()).contains("each channel by itself").doesNotContain("middle");
    }

    private static Color background(BufferedImage drawn, Rectangle2D cell) {
        return Pixels.at(drawn, cell.getX() + 1, cell.getY() + 2);
    }
}
