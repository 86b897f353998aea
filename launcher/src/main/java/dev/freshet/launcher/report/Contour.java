package dev.freshet.launcher.report;

import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;

/** Where a field of values changes its sign: marching squares with linear interpolation. */
final class Contour {
    private Contour() {}

    /** A field on the crossings of a grid. */
    interface Field {
        double at(int row, int column);
    }

    /** Line pieces whose x counts columns and whose y counts rows. */
    static Path2D ofZero(Field field, int rows, int columns) {
        Path2D path = new Path2D.Double();
        for (int row = 0; row + 1 < rows; row++) {
            for (int column = 0; column + 1 < columns; column++) {
                appendSquare(path, field, row, column);
            }
        }
        return path;
    }

    private static void appendSquare(Path2D path, Field field, int row, int column) {
        // Counter-clockwise from the first corner; an edge is between a corner and the next.
        int[][] corners = {{row, column}, {row, column + 1}, {row + 1, column + 1}, {row + 1, column}};
        List<Point2D> crossings = new ArrayList<>(4);
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            int[] one = corners[i];
            int[] next = corners[(i + 1) % 4];
            double a = field.at(one[0], one[1]);
            double b = field.at(next[0], next[1]);
            sum += a;
            if (a > 0 != b > 0) {
                double share = a / (a - b);
                crossings.add(
                        new Point2D.Double(one[1] + share * (next[1] - one[1]), one[0] + share * (next[0] - one[0])));
            }
        }
        if (crossings.size() == 2) {
            append(path, crossings.get(0), crossings.get(1));
        } else if (crossings.size() == 4) {
            // A saddle: the sign in the middle says which corners belong together.
            boolean aroundSecond = sum > 0 == field.at(row, column) > 0;
            append(path, crossings.get(0), crossings.get(aroundSecond ? 1 : 3));
            append(path, crossings.get(2), crossings.get(aroundSecond ? 3 : 1));
        }
    }

    private static void append(Path2D path, Point2D from, Point2D to) {
        path.moveTo(from.getX(), from.getY());
        path.lineTo(to.getX(), to.getY());
    }
}
