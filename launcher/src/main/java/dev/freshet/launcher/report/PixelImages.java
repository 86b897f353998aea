package dev.freshet.launcher.report;

import dev.freshet.core.model.InputSpec;
import java.awt.Color;
import java.awt.image.BufferedImage;

/** Turns the bytes of images into pictures. */
final class PixelImages {
    private PixelImages() {}

    /** @param pixels {@code [channels][height][width]}, grey or red, green and blue */
    static BufferedImage of(InputSpec input, byte[] pixels) {
        int plane = input.height() * input.width();
        int green = input.channels() == 3 ? plane : 0;
        BufferedImage image = new BufferedImage(input.width(), input.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < plane; i++) {
            Color color = new Color(pixels[i] & 0xff, pixels[i + green] & 0xff, pixels[i + 2 * green] & 0xff);
            image.setRGB(i % input.width(), i / input.width(), color.getRGB());
        }
        return image;
    }

    /**
     * As large as fits into a square. Small images grow by a whole factor and keep their pixels visible; large ones
     * shrink, each new pixel the mean of what it covers.
     *
     * @param side of the square, in pixels
     */
    static BufferedImage fitted(BufferedImage image, int side) {
        int longer = Math.max(image.getWidth(), image.getHeight());
        return longer <= side ? enlarged(image, side / longer) : shrunk(image, (double) longer / side);
    }

    private static BufferedImage enlarged(BufferedImage image, int factor) {
        BufferedImage large =
                new BufferedImage(image.getWidth() * factor, image.getHeight() * factor, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < large.getHeight(); y++) {
            for (int x = 0; x < large.getWidth(); x++) {
                large.setRGB(x, y, image.getRGB(x / factor, y / factor));
            }
        }
        return large;
    }

    private static BufferedImage shrunk(BufferedImage image, double factor) {
        int width = Math.max(1, (int) (image.getWidth() / factor));
        int height = Math.max(1, (int) (image.getHeight() / factor));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                small.setRGB(
                        x,
                        y,
                        mean(
                                image,
                                x * image.getWidth() / width,
                                y * image.getHeight() / height,
                                (x + 1) * image.getWidth() / width,
                                (y + 1) * image.getHeight() / height));
            }
        }
        return small;
    }

    private static int mean(BufferedImage image, int left, int top, int right, int bottom) {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                Color color = new Color(image.getRGB(x, y));
                red += color.getRed();
                green += color.getGreen();
                blue += color.getBlue();
            }
        }
        int count = (right - left) * (bottom - top);
        int half = count / 2;
        return new Color((red + half) / count, (green + half) / count, (blue + half) / count).getRGB();
    }
}
