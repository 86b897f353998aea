package dev.freshet.launcher.report;

import static dev.freshet.launcher.report.Pixels.answer;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionPictureTest {
    @Test
    void coloursACellByItsShareOfTheRow() {
        // Given a row of 4 with one mistake, and a row of 1
        Confusion confusion = Confusion.of(
                2,
                List.of(
                        answer(0, 0, 1, 0),
                        answer(0, 0, 1, 0),
                        answer(0, 0, 1, 0),
                        answer(0, 1, 0, 1),
                        answer(1, 1, 0, 1)));
        ConfusionPicture picture = new ConfusionPicture(confusion, List.of("a", "b"));

        // When
        BufferedImage drawn = picture.draw(Theme.LIGHT);

        // Then the root of a quarter is a half
        assertThat(background(drawn, picture.cell(1, 1))).isEqualTo(Theme.LIGHT.training);
        assertThat(background(drawn, picture.cell(0, 1)))
                .isEqualTo(Theme.mix(Theme.LIGHT.paper, Theme.LIGHT.validation, 0.5));
        assertThat(background(drawn, picture.cell(1, 0))).isEqualTo(Theme.LIGHT.paper);
    }

    @Test
    void writesCountsAndLeavesZerosOut() {
        // Given
        Confusion confusion = Confusion.of(2, List.of(answer(0, 0, 1, 0), answer(1, 1, 0, 1)));
        ConfusionPicture picture = new ConfusionPicture(confusion, List.of("a", "b"));

        // When
        BufferedImage drawn = picture.draw(Theme.LIGHT);

        // Then
        assertThat(Pixels.show(drawn, inside(picture.cell(0, 0)), Theme.readableOn(Theme.LIGHT.training)))
                .isTrue();
        assertThat(Pixels.in(drawn, inside(picture.cell(0, 1)))).containsExactly(Theme.LIGHT.paper);
    }

    @Test
    void givesEveryCellOfTwentySixClassesItsCount() {
        // Given each class answered for each, a thousand times on the diagonal
        List<Answer> answers = new ArrayList<>();
        for (int truth = 0; truth < 26; truth++) {
            for (int predicted = 0; predicted < 26; predicted++) {
                for (int i = 0; i < (truth == predicted ? 1_000 : 10); i++) {
                    answers.add(answer(truth, predicted, new float[26]));
                }
            }
        }
        List<String> letters = IntStream.range(0, 26)
                .mapToObj(i -> "letter " + (char) ('A' + i))
                .toList();
        ConfusionPicture picture = new ConfusionPicture(Confusion.of(26, answers), letters);

        // When
        BufferedImage drawn = picture.draw(Theme.LIGHT);

        // Then
        assertThat(drawn.getWidth()).isLessThan(2_200);
        for (int truth = 0; truth < 26; truth++) {
            for (int predicted = 0; predicted < 26; predicted++) {
                Rectangle2D cell = picture.cell(truth, predicted);
                assertThat(cell.getWidth()).isGreaterThanOrEqualTo(30);
                Color background = background(drawn, cell);
                assertThat(Pixels.show(drawn, inside(cell), Theme.readableOn(background)))
                        .as("cell %d, %d", truth, predicted)
                        .isTrue();
            }
        }
    }

    @Test
    void staysWithinBoundsForManyClassesOfLongNames() {
        // Given
        List<String> names = IntStream.range(0, 300)
                .mapToObj(i -> "the class of number " + i)
                .toList();

        // When
        BufferedImage drawn = new ConfusionPicture(Confusion.of(300, List.of()), names).draw(Theme.LIGHT);

        // Then
        assertThat(drawn.getWidth()).isLessThan(2_200);
    }

    private static Color background(BufferedImage drawn, Rectangle2D cell) {
        return Pixels.at(drawn, cell.getX() + 2, cell.getY() + 2);
    }

    private static Rectangle2D inside(Rectangle2D cell) {
        return new Rectangle2D.Double(cell.getX() + 1, cell.getY() + 1, cell.getWidth() - 2, cell.getHeight() - 2);
    }
}
