package dev.freshet.ingest.drift;

import dev.freshet.core.model.InputSpec;

/** Turns images about their middle. Stateless. */
final class Turning {
    private Turning() {}

    /**
     * Takes each pixel from where it was, between four pixels by their distance; what comes from outside is black.
     *
     * @param pixels {@code [channels][height][width]}
     * @param radians counter-clockwise
     */
    static byte[] turn(byte[] pixels, InputSpec input, double radians) {
        int height = input.height();
        int width = input.width();
        double middleX = (width - 1) / 2.0;
        double middleY = (height - 1) / 2.0;
        double cos = Math.cos(radians);
        double sin = Math.sin(radians);
        byte[] turned = new byte[pixels.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                // Rows are counted downwards, so this is the way back, clockwise.
                double fromX = middleX + cos * (x - middleX) - sin * (y - middleY);
                double fromY = middleY + sin * (x - middleX) + cos * (y - middleY);
                for (int channel = 0; channel < input.channels(); channel++) {
                    int begin = channel * height * width;
                    turned[begin + y * width + x] =
                            (byte) Math.round(between(pixels, begin, height, width, fromX, fromY));
                }
            }
        }
        return turned;
    }

    private static double between(byte[] pixels, int begin, int height, int width, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double bottom = y - top;
        return (1 - bottom)
                        * ((1 - right) * at(pixels, begin, height, width, left, top)
                                + right * at(pixels, begin, height, width, left + 1, top))
                + bottom
                        * ((1 - right) * at(pixels, begin, height, width, left, top + 1)
                                + right * at(pixels, begin, height, width, left + 1, top + 1));
    }

    private static int at(byte[] pixels, int begin, int height, int width, int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : pixels[begin + y * width + x] & 0xff;
    }
}
