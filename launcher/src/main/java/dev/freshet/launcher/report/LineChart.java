package dev.freshet.launcher.report;

import dev.freshet.launcher.report.Sheet.Anchor;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Curves of training and validation over the epochs, and marks where versions were published.
 *
 * <p>Curves differ by the shape of their marks too, so they can be told apart without colour.
 */
final class LineChart {
    static final int WIDTH = 560;
    static final int HEIGHT = 360;

    /** Inside of the frame. */
    static final Rectangle2D PLOT = new Rectangle2D.Double(80, 58, WIDTH - 80 - 20, HEIGHT - 58 - 50);

    private static final int TICKS = 6;
    private static final double MARK = 3.5;
    /** Marks closer than this would hide the curve. */
    private static final double LEAST_DISTANCE_OF_MARKS = 12;

    private final List<EpochFigures> epochs;
    private final String title;
    private final String yTitle;
    private final String unit;
    private final ToDoubleFunction<EpochFigures> training;
    private final ToDoubleFunction<EpochFigures> validation;
    private final Axis x;
    private final Axis y;

    private LineChart(
            List<EpochFigures> epochs,
            String title,
            String yTitle,
            String unit,
            ToDoubleFunction<EpochFigures> training,
            ToDoubleFunction<EpochFigures> validation,
            Axis y) {
        this.epochs = epochs;
        this.title = title;
        this.yTitle = yTitle;
        this.unit = unit;
        this.training = training;
        this.validation = validation;
        this.x = epochAxis(epochs.get(0).epoch(), epochs.get(epochs.size() - 1).epoch());
        this.y = y;
    }

    /** @param epochs at least one */
    static LineChart ofLoss(List<EpochFigures> epochs) {
        ToDoubleFunction<EpochFigures> training = EpochFigures::trainingLoss;
        ToDoubleFunction<EpochFigures> validation = epoch -> orGap(epoch.validationLoss());
        double[] values = finite(epochs, training, validation);
        double least = DoubleStream.of(values).min().orElse(0);
        double greatest = DoubleStream.of(values).max().orElse(1);
        // From 0, unless that would press a flat curve against the top; noise alone is not magnified.
        boolean isFlat = least > 0.5 * greatest && greatest - least > 0.02 * greatest;
        double from = isFlat ? least : Math.min(0, least);
        Axis y = Axis.around(from, greatest > from ? greatest : from + 1, TICKS);
        return new LineChart(epochs, "Loss", "cross-entropy per example", "", training, validation, y);
    }

    /** @param epochs at least one */
    static LineChart ofAccuracy(List<EpochFigures> epochs) {
        ToDoubleFunction<EpochFigures> training = epoch -> 100 * epoch.trainingAccuracy();
        ToDoubleFunction<EpochFigures> validation = epoch -> 100 * orGap(epoch.validationAccuracy());
        double[] values = finite(epochs, training, validation);
        double least = DoubleStream.of(values).min().orElse(0);
        double greatest = DoubleStream.of(values).max().orElse(100);
        // At least two percentage points high, or noise would fill the picture.
        double from = Math.max(0, Math.min(least, greatest - 2));
        Axis y = Axis.around(from, Math.max(greatest, from + 2), TICKS);
        return new LineChart(epochs, "Accuracy", "share of right answers", " %", training, validation, y);
    }

    private static double orGap(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double[] finite(
            List<EpochFigures> epochs,
            ToDoubleFunction<EpochFigures> training,
            ToDoubleFunction<EpochFigures> validation) {
        return DoubleStream.concat(
                        epochs.stream().mapToDouble(training), epochs.stream().mapToDouble(validation))
                .filter(Double::isFinite)
                .toArray();
    }

    private static Axis epochAxis(int first, int last) {
        double margin = first == last ? 0.5 : 0.03 * (last - first);
        return Axis.between(first - margin, last + margin, 12).whole();
    }

    BufferedImage draw(Theme theme) {
        Sheet sheet = new Sheet(WIDTH, HEIGHT, theme.paper);
        drawAxes(sheet, theme);
        drawPublications(sheet, theme);
        drawCurve(sheet, training, theme.training, LineChart::disc);
        drawCurve(sheet, validation, theme.validation, LineChart::square);
        drawTitleAndLegend(sheet, theme);
        return sheet.finished();
    }

    private void drawAxes(Sheet sheet, Theme theme) {
        for (double tick : y.ticks()) {
            double at = toY(tick);
            sheet.stroke(new Line2D.Double(PLOT.getMinX(), at, PLOT.getMaxX(), at), theme.line, 1);
            sheet.text(y.label(tick) + unit, PLOT.getMinX() - 8, at, Anchor.END, Sheet.SMALL, theme.faint);
        }
        double bottom = PLOT.getMaxY();
        for (double tick : x.ticks()) {
            if (tick < 1) {
                continue;
            }
            double at = toX(tick);
            sheet.stroke(new Line2D.Double(at, bottom, at, bottom + 4), theme.faint, 1);
            sheet.text(x.label(tick), at, bottom + 14, Anchor.MIDDLE, Sheet.SMALL, theme.faint);
        }
        sheet.stroke(new Line2D.Double(PLOT.getMinX(), bottom, PLOT.getMaxX(), bottom), theme.faint, 1);
        sheet.text("epoch", PLOT.getCenterX(), bottom + 34, Anchor.MIDDLE, Sheet.SMALL, theme.ink);
        sheet.textUpwards(yTitle, 16, PLOT.getCenterY(), Anchor.MIDDLE, Sheet.SMALL, theme.ink);
    }

    /** A small triangle at the upper rim, with the version where there is room for it. */
    private void drawPublications(Sheet sheet, Theme theme) {
        double free = Double.NEGATIVE_INFINITY;
        for (EpochFigures epoch : epochs) {
            if (epoch.publishedVersion() == null) {
                continue;
            }
            double at = toX(epoch.epoch());
            sheet.fill(triangle(at, PLOT.getMinY() - 3), theme.faint);
            String label = "v" + epoch.publishedVersion();
            double half = Sheet.width(label, Sheet.SMALL) / 2;
            if (at - half > free) {
                sheet.text(label, at, PLOT.getMinY() - 16, Anchor.MIDDLE, Sheet.SMALL, theme.faint);
                free = at + half + 8;
            }
        }
    }

    private void drawCurve(Sheet sheet, ToDoubleFunction<EpochFigures> value, Color color, Mark mark) {
        Path2D path = new Path2D.Double();
        boolean connected = false;
        for (EpochFigures epoch : epochs) {
            Optional<Point2D> point = point(epoch, value);
            if (point.isPresent() && connected) {
                path.lineTo(point.get().getX(), point.get().getY());
            } else if (point.isPresent()) {
                path.moveTo(point.get().getX(), point.get().getY());
            }
            connected = point.isPresent();
        }
        sheet.stroke(path, color, 2);
        if (epochs.size() == 1 || toX(2) - toX(1) >= LEAST_DISTANCE_OF_MARKS) {
            for (EpochFigures epoch : epochs) {
                point(epoch, value).ifPresent(point -> sheet.fill(mark.at(point.getX(), point.getY()), color));
            }
        }
    }

    private Optional<Point2D> point(EpochFigures epoch, ToDoubleFunction<EpochFigures> value) {
        double at = value.applyAsDouble(epoch);
        return Double.isFinite(at) ? Optional.of(new Point2D.Double(toX(epoch.epoch()), toY(at))) : Optional.empty();
    }

    private void drawTitleAndLegend(Sheet sheet, Theme theme) {
        double line = 20;
        sheet.text(title, 16, line, Anchor.START, Sheet.TITLE, theme.ink);
        double right = PLOT.getMaxX();
        if (epochs.stream().anyMatch(epoch -> epoch.publishedVersion() != null)) {
            right = legend(sheet, "published version", right, line, theme);
            sheet.fill(triangle(right + 10, line + 4), theme.faint);
            right -= 14;
        }
        if (epochs.stream().anyMatch(epoch -> point(epoch, validation).isPresent())) {
            right = legend(sheet, "validation", right, line, theme);
            key(sheet, right, line, theme.validation, LineChart::square);
            right -= 14;
        }
        right = legend(sheet, "training", right, line, theme);
        key(sheet, right, line, theme.training, LineChart::disc);
    }

    /** Text that ends at {@code right}; gives back where the room for its key begins. */
    private static double legend(Sheet sheet, String text, double right, double line, Theme theme) {
        sheet.text(text, right, line, Anchor.END, Sheet.SMALL, theme.ink);
        return right - Sheet.width(text, Sheet.SMALL) - 26;
    }

    private static void key(Sheet sheet, double left, double line, Color color, Mark mark) {
        sheet.stroke(new Line2D.Double(left, line, left + 20, line), color, 2);
        sheet.fill(mark.at(left + 10, line), color);
    }

    private double toX(double epoch) {
        return PLOT.getMinX() + x.share(epoch) * PLOT.getWidth();
    }

    private double toY(double value) {
        return PLOT.getMaxY() - y.share(value) * PLOT.getHeight();
    }

    private interface Mark {
        Shape at(double x, double y);
    }

    private static Shape disc(double x, double y) {
        return new Ellipse2D.Double(x - MARK, y - MARK, 2 * MARK, 2 * MARK);
    }

    private static Shape square(double x, double y) {
        return new Rectangle2D.Double(x - MARK, y - MARK, 2 * MARK, 2 * MARK);
    }

    private static Shape triangle(double x, double tip) {
        Path2D triangle = new Path2D.Double();
        triangle.moveTo(x, tip);
        triangle.lineTo(x - 4, tip - 6);
        triangle.lineTo(x + 4, tip - 6);
        triangle.closePath();
        return triangle;
    }
}
