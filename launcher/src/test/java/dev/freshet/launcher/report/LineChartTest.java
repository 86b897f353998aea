package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineChartTest {
    private static final Rectangle2D PLOT = LineChart.PLOT;
    private static final Rectangle2D ABOVE = new Rectangle2D.Double(PLOT.getX(), 46, PLOT.getWidth(), 8);
    private static final Rectangle2D LEGEND = new Rectangle2D.Double(PLOT.getX(), 10, PLOT.getWidth(), 20);

    @Test
    void drawsACurveThroughItsValues() {
        // Given losses from 1 down to 0, which make an axis from 0 to 1
        List<EpochFigures> epochs = List.of(loss(1, 1.0, null), loss(2, 0.5, null), loss(3, 0.0, null));

        // When
        BufferedImage chart = LineChart.ofLoss(epochs).draw(Theme.LIGHT);

        // Then
        assertThat(chart.getWidth()).isEqualTo(2 * LineChart.WIDTH);
        assertThat(chart.getHeight()).isEqualTo(2 * LineChart.HEIGHT);
        Color color = Theme.LIGHT.training;
        assertThat(at(chart, 2, 0.5)).isEqualTo(color);
        assertThat(at(chart, 1.5, 0.75)).isEqualTo(color);
        assertThat(at(chart, 2.75, 0.125)).isEqualTo(color);
        assertThat(at(chart, 1.5, 0.65)).isEqualTo(Theme.LIGHT.paper);
        assertThat(at(chart, 1.5, 0.85)).isEqualTo(Theme.LIGHT.paper);
    }

    @Test
    void drawsValidationBesideTraining() {
        // Given accuracies between 50 % and 100 %
        List<EpochFigures> epochs = List.of(
                new EpochFigures(1, 1, 0.5, 1.0, 0.7, 0.1, null),
                new EpochFigures(2, 1, 0.5, 1.0, 0.9, 0.1, null),
                new EpochFigures(3, 1, 1.0, 1.0, 0.9, 0.1, null));

        // When
        BufferedImage chart = LineChart.ofAccuracy(epochs).draw(Theme.DARK);

        // Then
        assertThat(at(chart, 1.5, (0.8 - 0.5) / 0.5)).isEqualTo(Theme.DARK.validation);
        assertThat(at(chart, 2.5, (0.75 - 0.5) / 0.5)).isEqualTo(Theme.DARK.training);
        assertThat(Pixels.in(chart, LEGEND)).contains(Theme.DARK.training, Theme.DARK.validation);
    }

    @Test
    void leavesAGapWhereALossIsNotFinite() {
        // Given
        List<EpochFigures> epochs = List.of(
                loss(1, 1.0, null),
                loss(2, 1.0, null),
                loss(3, Double.NaN, null),
                loss(4, 1.0, null),
                loss(5, 0.0, null));

        // When
        BufferedImage chart = LineChart.ofLoss(epochs).draw(Theme.LIGHT);

        // Then
        double x = PLOT.getCenterX();
        assertThat(Pixels.in(chart, new Rectangle2D.Double(x - 40, PLOT.getY() - 2, 80, PLOT.getHeight())))
                .doesNotContain(Theme.LIGHT.training);
        assertThat(Pixels.in(chart, new Rectangle2D.Double(PLOT.getX(), PLOT.getY() - 2, 100, 4)))
                .contains(Theme.LIGHT.training);
    }

    @Test
    void marksPublishedVersions() {
        // Given
        List<EpochFigures> epochs = List.of(loss(1, 1.0, null), loss(2, 0.5, 7L), loss(3, 0.0, null));

        // When
        BufferedImage chart = LineChart.ofLoss(epochs).draw(Theme.LIGHT);

        // Then the mark is above the second epoch and nowhere else
        assertThat(Pixels.in(chart, ABOVE)).contains(Theme.LIGHT.faint);
        assertThat(Pixels.at(chart, PLOT.getCenterX(), PLOT.getY() - 7)).isEqualTo(Theme.LIGHT.faint);
        Rectangle2D left =
                new Rectangle2D.Double(ABOVE.getX(), ABOVE.getY(), ABOVE.getWidth() / 2 - 15, ABOVE.getHeight());
        assertThat(Pixels.in(chart, left)).containsExactly(Theme.LIGHT.paper);
    }

    @Test
    void leavesOutOfTheLegendWhatIsNotThere() {
        // When
        BufferedImage chart = LineChart.ofLoss(List.of(loss(1, 1.0, null), loss(2, 0.5, null)))
                .draw(Theme.LIGHT);

        // Then
        Set<Color> legend = Pixels.in(chart, LEGEND);
        assertThat(legend).contains(Theme.LIGHT.training).doesNotContain(Theme.LIGHT.validation, Theme.LIGHT.faint);
    }

    @Test
    void showsASingleEpochAsAPoint() {
        // When
        BufferedImage chart = LineChart.ofLoss(List.of(loss(4, 1.0, null))).draw(Theme.LIGHT);

        // Then
        assertThat(Pixels.at(chart, PLOT.getCenterX(), PLOT.getY())).isEqualTo(Theme.LIGHT.training);
    }

    @Test
    void drawsAThousandEpochsWithoutMarks() {
        // Given
        List<EpochFigures> epochs = IntStream.rangeClosed(1, 1_000)
                .mapToObj(i -> loss(i, i == 500 ? 0 : 1, null))
                .toList();

        // When
        BufferedImage chart = LineChart.ofLoss(epochs).draw(Theme.LIGHT);

        // Then the curve along the top is as thick as its line
        assertThat(Pixels.at(chart, PLOT.getX() + 50, PLOT.getY())).isEqualTo(Theme.LIGHT.training);
        assertThat(Pixels.at(chart, PLOT.getX() + 50, PLOT.getY() - 2.5)).isEqualTo(Theme.LIGHT.paper);
    }

    private static EpochFigures loss(int epoch, double loss, @Nullable Long version) {
        return new EpochFigures(epoch, loss, 0.5, null, null, 0.1, version);
    }

    /** Of a chart of the epochs 1 to 3, with a margin of 3 % of their distance. */
    private static Color at(BufferedImage chart, double epoch, double height) {
        double x = PLOT.getX() + (epoch - 0.94) / 2.12 * PLOT.getWidth();
        return Pixels.at(chart, x, PLOT.getMaxY() - height * PLOT.getHeight());
    }
}
