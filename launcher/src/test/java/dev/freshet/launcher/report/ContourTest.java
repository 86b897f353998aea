package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ContourTest {
    @Test
    void followsACircle() {
        // When
        Path2D path = Contour.ofZero((row, column) -> Math.hypot(row - 20, column - 20) - 15, 41, 41);

        // Then
        List<Point2D> points = points(path);
        assertThat(points).hasSizeGreaterThan(100);
        assertThat(points)
                .allSatisfy(point -> assertThat(point.distance(20, 20)).isCloseTo(15, Offset.offset(0.02)));
        assertThat(path.getBounds2D().getWidth()).isCloseTo(30, Offset.offset(0.1));
    }

    @Test
    void crossesAnEdgeWhereTheValuesSaySo() {
        // Given a field that rises from -1 to 3 from left to right
        double[] values = {-1, 3};

        // When
        Path2D path = Contour.ofZero((row, column) -> values[column], 2, 2);

        // Then
        assertThat(points(path)).containsExactlyInAnyOrder(new Point2D.Double(0.25, 0), new Point2D.Double(0.25, 1));
    }

    @Test
    void dividesASaddleByItsMiddle() {
        // Given two equal corners opposite each other; the middle belongs to them in the first field only
        double[][] together = {{3, -1}, {-1, 3}};
        double[][] apart = {{1, -3}, {-3, 1}};

        // When
        List<Point2D> joined = points(Contour.ofZero((row, column) -> together[row][column], 2, 2));
        List<Point2D> divided = points(Contour.ofZero((row, column) -> apart[row][column], 2, 2));

        // Then the first line goes around the corner (1, 0), or around (0, 0)
        assertThat(joined.subList(0, 2)).containsExactly(new Point2D.Double(0.75, 0), new Point2D.Double(1, 0.25));
        assertThat(divided.subList(0, 2)).containsExactly(new Point2D.Double(0.25, 0), new Point2D.Double(0, 0.25));
    }

    @Test
    void hasNothingWhereTheSignStaysTheSame() {
        assertThat(points(Contour.ofZero((row, column) -> 1, 5, 5))).isEmpty();
    }

    private static List<Point2D> points(Path2D path) {
        List<Point2D> points = new ArrayList<>();
        double[] at = new double[6];
        for (PathIterator i = path.getPathIterator(null); !i.isDone(); i.next()) {
            i.currentSegment(at);
            points.add(new Point2D.Double(at[0], at[1]));
        }
        return points;
    }
}
