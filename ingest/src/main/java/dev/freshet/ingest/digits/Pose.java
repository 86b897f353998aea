package dev.freshet.ingest.digits;

import java.util.SplittableRandom;

/**
 * An affine map from glyph space to pixels. In glyph space a digit is 1 high, centred on the origin, y down.
 *
 * <p>{@code x' = xx·x + xy·y + x0} and {@code y' = yx·x + yy·y + y0}.
 */
record Pose(double xx, double xy, double x0, double yx, double yy, double y0) {
    private static final double CENTRE = DigitDrawing.SIZE / 2.0;
    /** MNIST fits its digits into 20×20 of the 28×28 pixels. */
    private static final double HEIGHT = 20;

    static Pose upright() {
        return new Pose(HEIGHT, 0, CENTRE, 0, HEIGHT, CENTRE);
    }

    static Pose random(SplittableRandom random) {
        double angle = between(random, -0.25, 0.25);
        double shear = between(random, -0.3, 0.3);
        double height = HEIGHT * between(random, 0.75, 1.1);
        double width = height * between(random, 0.8, 1.2);
        // StrictMath, so that strokes come out the same on every machine.
        double sin = StrictMath.sin(angle);
        double cos = StrictMath.cos(angle);
        return new Pose(
                width * cos,
                height * (shear * cos - sin),
                CENTRE + between(random, -2.25, 2.25),
                width * sin,
                height * (shear * sin + cos),
                CENTRE + between(random, -2.25, 2.25));
    }

    double x(double x, double y) {
        return xx * x + xy * y + x0;
    }

    double y(double x, double y) {
        return yx * x + yy * y + y0;
    }

    static double between(SplittableRandom random, double min, double max) {
        return min + (max - min) * random.nextDouble();
    }
}
