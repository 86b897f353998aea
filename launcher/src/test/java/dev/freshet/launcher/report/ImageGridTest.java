package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.launcher.report.ImageGrid.Tile;
import dev.freshet.launcher.report.ImageGrid.Tone;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageGridTest {
    @Test
    void coloursCaptionsAndFramesWhatIsWrong() {
        // Given
        ImageGrid grid = new ImageGrid(
                "title",
                List.of(
                        tile(Color.BLUE, "7 (7)", Tone.RIGHT),
                        tile(Color.CYAN, "8 (3)", Tone.WRONG),
                        tile(Color.PINK, "5", Tone.PLAIN)),
                2,
                100);

        // When
        BufferedImage drawn = grid.draw(Theme.LIGHT);

        // Then
        Color right = Theme.LIGHT.right;
        Color wrong = Theme.LIGHT.wrong;
        assertThat(Pixels.show(drawn, grid.captionArea(0), right)).isTrue();
        assertThat(Pixels.show(drawn, grid.captionArea(0), wrong)).isFalse();
        assertThat(Pixels.show(drawn, grid.captionArea(1), right)).isFalse();
        assertThat(Pixels.show(drawn, grid.captionArea(1), wrong)).isTrue();
        assertThat(Pixels.show(drawn, grid.captionArea(2), right)).isFalse();
        assertThat(Pixels.show(drawn, grid.captionArea(2), wrong)).isFalse();
        assertThat(Pixels.show(drawn, grid.captionArea(2), Theme.LIGHT.ink)).isTrue();
        assertThat(rim(drawn, grid.imageArea(0))).doesNotContain(Theme.LIGHT.wrong);
        assertThat(rim(drawn, grid.imageArea(1))).contains(Theme.LIGHT.wrong);
    }

    @Test
    void putsImagesInRowsPixelForPixel() {
        // Given
        ImageGrid grid = new ImageGrid(
                "title",
                List.of(
                        tile(Color.BLUE, "a", Tone.PLAIN),
                        tile(Color.CYAN, "b", Tone.PLAIN),
                        tile(Color.PINK, "c", Tone.PLAIN)),
                2,
                100);

        // When
        BufferedImage drawn = grid.draw(Theme.DARK);

        // Then
        assertThat(Pixels.in(drawn, inner(grid.imageArea(0)))).containsExactly(Color.BLUE);
        assertThat(Pixels.in(drawn, inner(grid.imageArea(1)))).containsExactly(Color.CYAN);
        assertThat(Pixels.in(drawn, inner(grid.imageArea(2)))).containsExactly(Color.PINK);
        assertThat(grid.imageArea(1).getX() - grid.imageArea(0).getX()).isEqualTo(100);
        assertThat(grid.imageArea(2).getX()).isEqualTo(grid.imageArea(0).getX());
        assertThat(grid.imageArea(2).getY()).isGreaterThan(grid.captionArea(0).getMaxY());
        assertThat(drawn.getHeight() / 2.0)
                .isGreaterThanOrEqualTo(grid.captionArea(2).getMaxY());
    }

    @Test
    void keepsALongCaptionInItsCell() {
        // Given
        ImageGrid grid = new ImageGrid("", List.of(tile(Color.BLUE, "a name that is far too long", Tone.WRONG)), 1, 60);

        // When
        BufferedImage drawn = grid.draw(Theme.LIGHT);

        // Then
        Rectangle2D area = grid.captionArea(0);
        assertThat(Pixels.show(drawn, area, Theme.LIGHT.wrong)).isTrue();
        assertThat(Pixels.in(drawn, new Rectangle2D.Double(0, area.getY(), area.getX(), area.getHeight())))
                .containsExactly(Theme.LIGHT.paper);
    }

    private static Tile tile(Color color, String caption, Tone tone) {
        BufferedImage image = new BufferedImage(80, 80, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 80 * 80; i++) {
            image.setRGB(i % 80, i / 80, color.getRGB());
        }
        return new Tile(image, List.of(caption), tone);
    }

    private static Rectangle2D inner(Rectangle2D area) {
        return new Rectangle2D.Double(area.getX() + 1, area.getY() + 1, area.getWidth() - 2, area.getHeight() - 2);
    }

    private static Set<Color> rim(BufferedImage drawn, Rectangle2D area) {
        return Pixels.in(drawn, new Rectangle2D.Double(area.getX() - 3, area.getCenterY(), 3, 1));
    }
}
