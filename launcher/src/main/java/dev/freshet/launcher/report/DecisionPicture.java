package dev.freshet.launcher.report;

import dev.freshet.launcher.report.Sheet.Anchor;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * What a model of two features answers in the plane: regions shaded by probability, the lines where the answer changes,
 * and the test points. Classes differ by the shape of their points too, so they can be told apart without colour.
 */
final class DecisionPicture {
    private static final double LEFT = 76;
    private static final double TOP = 44;
    private static final double BOTTOM = 50;
    private static final double SIDE = 540;
    private static final double LEGEND = 190;
    private static final double LEGEND_LINE = 22;
    private static final int TICKS = 8;

    private final DecisionGrid grid;
    private final List<String> classes;
    private final List<Answer> answers;
    private final Axis x;
    private final Axis y;
    private final Rectangle2D plot;
    private final double radius;

    /** @param answers the points to be shown */
    DecisionPicture(DecisionGrid grid, List<String> classes, List<Answer> answers) {
        this.grid = grid;
        this.classes = classes;
        this.answers = answers;
        GridShape shape = grid.shape();
        this.x = Axis.between(shape.left(), shape.right(), TICKS);
        this.y = Axis.between(shape.bottom(), shape.top(), TICKS);
        // One unit is as long on both axes, so that a circle looks like one, unless that would make a thin strip.
        double ratio = (shape.top() - shape.bottom()) / (shape.right() - shape.left());
        double height = ratio > 0.5 && ratio < 1.5 ? Math.rint(SIDE * ratio) : SIDE;
        this.plot = new Rectangle2D.Double(LEFT, TOP, SIDE, height);
        this.radius = answers.size() > 1_000 ? 2 : 4;
    }

    /** Where a point is drawn. */
    Point2D at(double first, double second) {
        return new Point2D.Double(
                plot.getMinX() + x.share(first) * plot.getWidth(), plot.getMaxY() - y.share(second) * plot.getHeight());
    }

    BufferedImage draw(Theme theme) {
        double legendHeight = LEGEND_LINE * (classes.size() + 3);
        double height = TOP + Math.max(plot.getHeight() + BOTTOM, legendHeight);
        Sheet sheet = new Sheet(LEFT + SIDE + LEGEND, height, theme.paper);
        sheet.text("Decision regions", 16, 20, Anchor.START, Sheet.TITLE, theme.ink);
        sheet.image(regions(theme), plot.getX(), plot.getY());
        sheet.clip(plot);
        drawBoundaries(sheet, theme);
        answers.stream().filter(Answer::isRight).forEach(answer -> drawPoint(sheet, theme, answer));
        answers.stream().filter(answer -> !answer.isRight()).forEach(answer -> drawPoint(sheet, theme, answer));
        sheet.unclip();
        drawAxes(sheet, theme);
        drawLegend(sheet, theme);
        return sheet.finished();
    }

    private BufferedImage regions(Theme theme) {
        int width = (int) (plot.getWidth() * Sheet.DENSITY);
        int height = (int) (plot.getHeight() * Sheet.DENSITY);
        BufferedImage regions = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int v = 0; v < height; v++) {
            double row = (height - v - 0.5) / height * grid.shape().rows() - 0.5;
            for (int u = 0; u < width; u++) {
                double column = (u + 0.5) / width * grid.shape().columns() - 0.5;
                regions.setRGB(u, v, color(theme, row, column).getRGB());
            }
        }
        return regions;
    }

    private Color color(Theme theme, double row, double column) {
        int winner = 0;
        double probability = 0;
        for (int i = 0; i < grid.classes(); i++) {
            double candidate = grid.interpolated(row, column, i);
            if (candidate > probability) {
                winner = i;
                probability = candidate;
            }
        }
        return shade(theme, winner, probability);
    }

    /** From pale where the model cannot decide to strong where it is sure. */
    private Color shade(Theme theme, int winner, double probability) {
        double undecided = 1.0 / grid.classes();
        double sureness = Math.max(0, (probability - undecided) / (1 - undecided));
        return Theme.mix(theme.paper, Theme.ofClass(winner), 0.06 + 0.34 * sureness);
    }

    private void drawBoundaries(Sheet sheet, Theme theme) {
        GridShape shape = grid.shape();
        AffineTransform toSheet = new AffineTransform();
        toSheet.translate(plot.getMinX(), plot.getMaxY());
        toSheet.scale(plot.getWidth() / shape.columns(), -plot.getHeight() / shape.rows());
        toSheet.translate(0.5, 0.5);
        // Where class 0 ends another one begins, so its line is drawn with theirs.
        for (int i = 1; i < grid.classes(); i++) {
            int classIndex = i;
            Path2D line = Contour.ofZero(
                    (row, column) -> grid.margin(row, column, classIndex), shape.rows(), shape.columns());
            sheet.stroke(line.createTransformedShape(toSheet), theme.ink, 1.5);
        }
    }

    private void drawPoint(Sheet sheet, Theme theme, Answer answer) {
        float[] features = GridShape.features(answer.image());
        Point2D at = at(features[0], features[1]);
        drawMark(sheet, theme, answer.truth(), at.getX(), at.getY(), radius);
        if (!answer.isRight()) {
            drawRing(sheet, theme, at.getX(), at.getY(), radius + 4);
        }
    }

    private static void drawMark(Sheet sheet, Theme theme, int classIndex, double x, double y, double radius) {
        Shape mark = mark(classIndex, x, y, radius);
        sheet.stroke(mark, theme.paper, 2);
        sheet.fill(mark, Theme.ofClass(classIndex));
    }

    private static void drawRing(Sheet sheet, Theme theme, double x, double y, double radius) {
        Shape ring = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        sheet.stroke(ring, theme.paper, 4);
        sheet.stroke(ring, theme.ink, 2);
    }

    private static Shape mark(int classIndex, double x, double y, double radius) {
        return switch (classIndex % 4) {
            case 0 -> new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
            case 1 -> polygon(x, y, 1.25 * radius, 3, -90);
            case 2 -> polygon(x, y, 1.25 * radius, 4, 45);
            default -> polygon(x, y, 1.25 * radius, 4, 0);
        };
    }

    private static Shape polygon(double x, double y, double radius, int corners, double firstDegrees) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < corners; i++) {
            double angle = Math.toRadians(firstDegrees + 360.0 * i / corners);
            double cornerX = x + radius * Math.cos(angle);
            double cornerY = y + radius * Math.sin(angle);
            if (i == 0) {
                path.moveTo(cornerX, cornerY);
            } else {
                path.lineTo(cornerX, cornerY);
            }
        }
        path.closePath();
        return path;
    }

    private void drawAxes(Sheet sheet, Theme theme) {
        sheet.stroke(plot, theme.faint, 1);
        for (double tick : x.ticks()) {
            double at = at(tick, 0).getX();
            sheet.stroke(new Line2D.Double(at, plot.getMaxY(), at, plot.getMaxY() + 4), theme.faint, 1);
            sheet.text(x.label(tick), at, plot.getMaxY() + 14, Anchor.MIDDLE, Sheet.SMALL, theme.faint);
        }
        for (double tick : y.ticks()) {
            double at = at(0, tick).getY();
            sheet.stroke(new Line2D.Double(plot.getMinX() - 4, at, plot.getMinX(), at), theme.faint, 1);
            sheet.text(y.label(tick), plot.getMinX() - 8, at, Anchor.END, Sheet.SMALL, theme.faint);
        }
        sheet.text("first feature", plot.getCenterX(), plot.getMaxY() + 34, Anchor.MIDDLE, Sheet.SMALL, theme.ink);
        sheet.textUpwards("second feature", 16, plot.getCenterY(), Anchor.MIDDLE, Sheet.SMALL, theme.ink);
    }

    private void drawLegend(Sheet sheet, Theme theme) {
        double left = plot.getMaxX() + 24;
        double line = plot.getMinY() + 10;
        for (int i = 0; i < classes.size(); i++) {
            sheet.fill(left - 2, line - 9, 18, 18, shade(theme, i, 1));
            drawMark(sheet, theme, i, left + 7, line, 4);
            String name = Sheet.shortened(classes.get(i), Sheet.SMALL, LEGEND - 60);
            sheet.text(name, left + 26, line, Anchor.START, Sheet.SMALL, theme.ink);
            line += LEGEND_LINE;
        }
        line += LEGEND_LINE / 3;
        drawRing(sheet, theme, left + 7, line, 7);
        sheet.text("wrong answer", left + 26, line, Anchor.START, Sheet.SMALL, theme.ink);
        line += LEGEND_LINE;
        sheet.stroke(new Line2D.Double(left - 2, line, left + 16, line), theme.ink, 1.5);
        String boundary = classes.size() == 2 ? "probability 0.5" : "the answer changes";
        sheet.text(boundary, left + 26, line, Anchor.START, Sheet.SMALL, theme.ink);
        if (classes.size() == 2) {
            drawScale(sheet, theme, left, line + 2 * LEGEND_LINE);
        }
    }

    /** How the shades stand for probabilities, which takes one dimension for two classes only. */
    private void drawScale(Sheet sheet, Theme theme, double left, double top) {
        double height = 140;
        String name = Sheet.shortened(classes.get(1), Sheet.SMALL, LEGEND - 110);
        sheet.text("probability of " + name, left - 2, top - 16, Anchor.START, Sheet.SMALL, theme.ink);
        for (double at = 0; at < height; at += 0.5) {
            double probability = 1 - at / height;
            int winner = probability > 0.5 ? 1 : 0;
            Color color = shade(theme, winner, Math.max(probability, 1 - probability));
            // Up to the end, so that no gap shows between one stripe and the next.
            sheet.fill(left - 2, top + at, 18, height - at, color);
        }
        for (double tick : List.of(0.0, 0.25, 0.5, 0.75, 1.0)) {
            double at = top + (1 - tick) * height;
            sheet.text(Double.toString(tick), left + 26, at, Anchor.START, Sheet.SMALL, theme.faint);
        }
    }
}
