package dev.freshet.launcher.report;

import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.Values;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What tests look at pictures with, in lengths of the page, and what they make images of. */
final class Pixels {
    private Pixels() {}

    static Color at(BufferedImage picture, double x, double y) {
        return new Color(picture.getRGB((int) Math.round(x * Sheet.DENSITY), (int) Math.round(y * Sheet.DENSITY)));
    }

    static Set<Color> in(BufferedImage picture, Rectangle2D area) {
        Set<Color> colors = new HashSet<>();
        for (double y = area.getMinY(); y < area.getMaxY(); y += 0.5) {
            for (double x = area.getMinX(); x < area.getMaxX(); x += 0.5) {
                colors.add(at(picture, x, y));
            }
        }
        return colors;
    }

    /** Whether some pixel is of a color, or so nearly so that it must be part of a text in it. */
    static boolean show(BufferedImage picture, Rectangle2D area, Color color) {
        return in(picture, area).stream()
                .anyMatch(pixel -> Math.abs(pixel.getRed() - color.getRed()) < 50
                        && Math.abs(pixel.getGreen() - color.getGreen()) < 50
                        && Math.abs(pixel.getBlue() - color.getBlue()) < 50);
    }

    /** An image whose bytes are all the same. */
    static LabelledImage image(String id, int size, int value, int label) {
        byte[] pixels = new byte[size];
        Arrays.fill(pixels, (byte) value);
        return new LabelledImage(id, pixels, label);
    }

    static LabelledImage point(float first, float second, int label) {
        return new LabelledImage(
                "(" + first + "," + second + ")", new Values.Point(new float[] {first, second}), label);
    }

    /** An answer to an image of 4 grey bytes. */
    static Answer answer(int label, int predicted, float... probabilities) {
        return new Answer(image("image", 4, 0, label), predicted, probabilities);
    }
}
