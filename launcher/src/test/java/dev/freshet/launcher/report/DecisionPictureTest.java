package dev.freshet.launcher.report;

import static dev.freshet.launcher.report.Pixels.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.ingest.source.LabelledImage;
import java.awt.Color;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionPictureTest {
    private static final List<String> CLASSES = List.of("left", "right");

    @Test
    void laysAGridAroundAllPoints() {
        // When
        GridShape shape = GridShape.around(List.of(point(-1, 10, 0), point(3, 20, 1), point(0, 15, 0)));

        // Then
        assertThat(shape.left()).isLessThan(-1);
        assertThat(shape.right()).isGreaterThan(3).isLessThan(4);
        assertThat(shape.bottom()).isLessThan(10).isGreaterThan(8);
        assertThat(shape.top()).isGreaterThan(20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GridShape.around(List.of(Pixels.image("picture", 4, 0, 0))))
                .withMessage("picture is not a point of 2 features");
    }

    @Test
    void asksForTheCentresOfTheCellsFromBelow() {
        // Given
        GridShape shape = new GridShape(0, 4, 10, 12, 2, 2);

        // When
        float[] features = shape.features();

        // Then
        assertThat(features).containsExactly(1, 10.5f, 3, 10.5f, 1, 11.5f, 3, 11.5f);
    }

    @Test
    void shadesRegionsAndDrawsTheLineBetweenThem() {
        // Given a model that is sure of the right half, and a point in each half
        DecisionPicture picture = new DecisionPicture(
                halves(), CLASSES, List.of(answer(point(-1, 0.5f, 0), 0), answer(point(1, -0.5f, 1), 1)));

        // When
        BufferedImage drawn = picture.draw(Theme.LIGHT);

        // Then
        assertThat(at(drawn, picture, -1.5, -0.5)).isEqualTo(Theme.mix(Theme.LIGHT.paper, Theme.ofClass(0), 0.4));
        assertThat(at(drawn, picture, 1.5, 0.5)).isEqualTo(Theme.mix(Theme.LIGHT.paper, Theme.ofClass(1), 0.4));
        assertThat(at(drawn, picture, 0, 0.9)).isEqualTo(Theme.LIGHT.ink);
        assertThat(at(drawn, picture, 0, -0.9)).isEqualTo(Theme.LIGHT.ink);
        assertThat(at(drawn, picture, -1, 0.5)).isEqualTo(Theme.ofClass(0));
        assertThat(at(drawn, picture, 1, -0.5)).isEqualTo(Theme.ofClass(1));
    }

    @Test
    void ringsWrongAnswersOnly() {
        // Given a point on its own side and one on the wrong side
        DecisionPicture picture =
                new DecisionPicture(halves(), CLASSES, List.of(answer(point(-1, 0, 0), 0), answer(point(1, 0, 0), 1)));

        // When
        BufferedImage drawn = picture.draw(Theme.LIGHT);

        // Then
        assertThat(at(drawn, picture, 1, 0)).isEqualTo(Theme.ofClass(0));
        assertThat(Pixels.in(drawn, around(picture.at(1, 0)))).contains(Theme.LIGHT.ink);
        assertThat(Pixels.in(drawn, around(picture.at(-1, 0)))).doesNotContain(Theme.LIGHT.ink);
    }

    @Test
    void drawsTheLinesBetweenThreeClasses() {
        // Given three stripes
        GridShape shape = new GridShape(0, 3, 0, 3, 30, 30);
        float[] probabilities = new float[30 * 30 * 3];
        for (int i = 0; i < 900; i++) {
            probabilities[i * 3 + i % 30 / 10] = 1;
        }
        DecisionPicture picture =
                new DecisionPicture(new DecisionGrid(shape, 3, probabilities), List.of("a", "b", "c"), List.of());

        // When
        BufferedImage drawn = picture.draw(Theme.DARK);

        // Then
        for (int i = 0; i < 3; i++) {
            assertThat(at(drawn, picture, i + 0.5, 1.5)).isEqualTo(Theme.mix(Theme.DARK.paper, Theme.ofClass(i), 0.4));
        }
        assertThat(at(drawn, picture, 1, 1.5)).isEqualTo(Theme.DARK.ink);
        assertThat(at(drawn, picture, 2, 1.5)).isEqualTo(Theme.DARK.ink);
    }

    /** Class 0 on the left of 0, class 1 on the right. */
    private static DecisionGrid halves() {
        GridShape shape = new GridShape(-2, 2, -1.5, 1.5, 40, 30);
        float[] features = shape.features();
        float[] probabilities = new float[features.length];
        for (int i = 0; i < features.length; i += 2) {
            probabilities[i + (features[i] > 0 ? 1 : 0)] = 1;
        }
        return new DecisionGrid(shape, 2, probabilities);
    }

    private static Answer answer(LabelledImage point, int predicted) {
        return new Answer(point, predicted, new float[] {0.5f, 0.5f});
    }

    private static Color at(BufferedImage drawn, DecisionPicture picture, double first, double second) {
        Point2D at = picture.at(first, second);
        return Pixels.at(drawn, at.getX(), at.getY());
    }

    private static Rectangle2D around(Point2D at) {
        return new Rectangle2D.Double(at.getX() - 12, at.getY() - 12, 24, 24);
    }
}
