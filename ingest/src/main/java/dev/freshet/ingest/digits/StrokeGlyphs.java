package dev.freshet.ingest.digits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Digits as a pen would write them: lines and arcs, bent a little each time, drawn by the distance to the nearest
 * segment. Uses no AWT, so it works in every Java runtime and gives the same pixels in all of them.
 */
final class StrokeGlyphs implements Glyphs {
    private static final int SIZE = DigitDrawing.SIZE;
    private static final double PI = Math.PI;

    /** By digit, the ways to write it. */
    private static final List<List<List<Stroke>>> SHAPES = List.of(
            List.of(List.of(ellipse(0, 0, 0.3, 0.5))),
            List.of(
                    List.of(line(0, -0.5, 0, 0.5)),
                    List.of(line(-0.2, -0.25, 0.04, -0.5, 0.04, 0.5)),
                    List.of(line(-0.2, -0.3, 0.02, -0.5, 0.02, 0.5), line(-0.2, 0.5, 0.24, 0.5))),
            List.of(
                    List.of(arc(0, -0.22, 0.29, 0.28, -PI, 0.45), line(0.26, -0.1, -0.3, 0.5, 0.32, 0.5)),
                    List.of(arc(0, -0.24, 0.27, 0.26, -0.9 * PI, 0.5 * PI), line(0, 0.02, -0.3, 0.46, 0.32, 0.5))),
            List.of(
                    List.of(
                            arc(-0.02, -0.26, 0.26, 0.24, -0.85 * PI, PI / 2),
                            arc(-0.02, 0.23, 0.3, 0.27, -PI / 2, 2.7)),
                    List.of(line(-0.26, -0.5, 0.26, -0.5, -0.04, -0.08), arc(-0.04, 0.21, 0.3, 0.29, -PI / 2, 2.7))),
            List.of(
                    List.of(line(0.14, 0.5, 0.14, -0.5, -0.32, 0.2, 0.32, 0.2)),
                    List.of(line(-0.2, -0.5, -0.28, 0.06, 0.3, 0.06), line(0.2, -0.4, 0.14, 0.5))),
            List.of(List.of(line(0.27, -0.5, -0.2, -0.5, -0.24, -0.04), arc(-0.03, 0.18, 0.3, 0.32, -0.75 * PI, 2.6))),
            List.of(
                    List.of(ellipse(0, 0.21, 0.28, 0.29), arc(0.3, 0.2, 0.58, 0.7, PI, 1.45 * PI)),
                    List.of(ellipse(0, 0.24, 0.26, 0.26), line(0.1, -0.5, -0.14, -0.16, -0.25, 0.2))),
            List.of(
                    List.of(line(-0.3, -0.5, 0.3, -0.5, -0.06, 0.5)),
                    List.of(line(-0.3, -0.5, 0.3, -0.5, -0.06, 0.5), line(-0.16, 0.02, 0.28, 0.02))),
            List.of(List.of(ellipse(0, -0.26, 0.24, 0.24), ellipse(0, 0.24, 0.29, 0.26))),
            List.of(
                    List.of(ellipse(0, -0.21, 0.28, 0.29), arc(-0.3, -0.2, 0.58, 0.7, 0, 0.45 * PI)),
                    List.of(ellipse(-0.02, -0.24, 0.25, 0.26), line(0.24, -0.24, 0.2, 0.5))));

    /** A polyline in glyph space. */
    private static final class Stroke {
        private final double[] xs;
        private final double[] ys;

        Stroke(double[] xs, double[] ys) {
            this.xs = xs;
            this.ys = ys;
        }
    }

    @Override
    public void draw(int digit, SplittableRandom random, Pose pose, float[] canvas) {
        Arrays.fill(canvas, 0);
        List<List<Stroke>> shapes = SHAPES.get(digit);
        Bend bend = new Bend(random);
        double radius = Pose.between(random, 0.9, 2.1);
        for (Stroke stroke : shapes.get(random.nextInt(shapes.size()))) {
            draw(stroke, bend, pose, radius, canvas);
        }
    }

    /** The first way to write a digit, unbent: what the digits of a font are compared with. */
    static void drawPlain(int digit, Pose pose, float[] canvas) {
        Arrays.fill(canvas, 0);
        for (Stroke stroke : SHAPES.get(digit).get(0)) {
            draw(stroke, Bend.NONE, pose, 1.5, canvas);
        }
    }

    private static void draw(Stroke stroke, Bend bend, Pose pose, double radius, float[] canvas) {
        double fromX = 0;
        double fromY = 0;
        for (int i = 0; i < stroke.xs.length; i++) {
            double x = stroke.xs[i] + bend.x(stroke.ys[i]);
            double y = stroke.ys[i] + bend.y(stroke.xs[i]);
            double toX = pose.x(x, y);
            double toY = pose.y(x, y);
            if (i > 0) {
                drawSegment(fromX, fromY, toX, toY, radius, canvas);
            }
            fromX = toX;
            fromY = toY;
        }
    }

    /** Coverage falls from 1 to 0 over one pixel around the given distance from the segment. */
    private static void drawSegment(double ax, double ay, double bx, double by, double radius, float[] canvas) {
        double reach = radius + 0.5;
        int left = (int) Math.max(0, Math.min(ax, bx) - reach);
        int right = (int) Math.min(SIZE - 1, Math.max(ax, bx) + reach);
        int top = (int) Math.max(0, Math.min(ay, by) - reach);
        int bottom = (int) Math.min(SIZE - 1, Math.max(ay, by) + reach);
        double dx = bx - ax;
        double dy = by - ay;
        double lengthSquared = Math.max(1e-9, dx * dx + dy * dy);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double px = x + 0.5 - ax;
                double py = y + 0.5 - ay;
                double along = Math.max(0, Math.min(1, (px * dx + py * dy) / lengthSquared));
                double offX = px - along * dx;
                double offY = py - along * dy;
                double squared = offX * offX + offY * offY;
                if (squared < reach * reach) {
                    float coverage = (float) Math.min(1, reach - Math.sqrt(squared));
                    canvas[y * SIZE + x] = Math.max(canvas[y * SIZE + x], coverage);
                }
            }
        }
    }

    /** A smooth displacement of a whole digit, as no two written ones are alike. */
    private static final class Bend {
        static final Bend NONE = new Bend(0, 0, 0, 0);

        private final double amountX;
        private final double amountY;
        private final double phaseX;
        private final double phaseY;

        private Bend(double amountX, double amountY, double phaseX, double phaseY) {
            this.amountX = amountX;
            this.amountY = amountY;
            this.phaseX = phaseX;
            this.phaseY = phaseY;
        }

        Bend(SplittableRandom random) {
            this(
                    Pose.between(random, 0, 0.08),
                    Pose.between(random, 0, 0.06),
                    Pose.between(random, 0, 2 * PI),
                    Pose.between(random, 0, 2 * PI));
        }

        double x(double y) {
            return amountX * StrictMath.sin(6 * y + phaseX);
        }

        double y(double x) {
            return amountY * StrictMath.sin(6 * x + phaseY);
        }
    }

    /** @param coordinates x, y, x, y, … */
    private static Stroke line(double... coordinates) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (int i = 0; i < coordinates.length; i += 2) {
            boolean first = i == 0;
            double fromX = first ? coordinates[0] : coordinates[i - 2];
            double fromY = first ? coordinates[1] : coordinates[i - 1];
            // Long lines in parts, so that they bend too.
            int parts = first ? 1 : 3;
            for (int part = 1; part <= parts; part++) {
                double share = (double) part / parts;
                xs.add(fromX + share * (coordinates[i] - fromX));
                ys.add(fromY + share * (coordinates[i + 1] - fromY));
            }
        }
        return new Stroke(toArray(xs), toArray(ys));
    }

    private static Stroke ellipse(double centreX, double centreY, double radiusX, double radiusY) {
        return arc(centreX, centreY, radiusX, radiusY, 0, 2 * PI);
    }

    /** @param from angle in radians, 0 to the right, growing clockwise because y points down */
    private static Stroke arc(double centreX, double centreY, double radiusX, double radiusY, double from, double to) {
        int parts = (int) Math.ceil((to - from) / 0.5);
        double[] xs = new double[parts + 1];
        double[] ys = new double[parts + 1];
        for (int i = 0; i <= parts; i++) {
            double angle = from + (to - from) * i / parts;
            xs[i] = centreX + radiusX * StrictMath.cos(angle);
            ys[i] = centreY + radiusY * StrictMath.sin(angle);
        }
        return new Stroke(xs, ys);
    }

    private static double[] toArray(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
