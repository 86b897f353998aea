package dev.freshet.testkit;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes PNG and JPEG files of one colour; any thread. */
public final class PictureFiles {
    private PictureFiles() {}

    /**
     * Writes one file, and the directories that it is to be in: one channel if the colour is a grey, else three.
     *
     * @param file a name that ends with {@code .png} or {@code .jpg}, in any case
     * @param rgb {@code 0xRRGGBB}
     */
    public static void write(Path file, int width, int height, int rgb) throws IOException {
        boolean grey = (rgb & 0xff) == (rgb >> 8 & 0xff) && (rgb & 0xff) == (rgb >> 16 & 0xff);
        BufferedImage image =
                new BufferedImage(width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            if (grey) {
                // setRGB would pass the value through a linear colour space and change it.
                image.getRaster().setSample(i % width, i / width, 0, rgb & 0xff);
            } else {
                image.setRGB(i % width, i / width, rgb);
            }
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        String name = file.toString();
        String format = name.regionMatches(true, name.length() - 4, ".png", 0, 4) ? "png" : "jpeg";
        if (!ImageIO.write(image, format, file.toFile())) {
            throw new IOException("the JDK writes no such " + format + ": " + file);
        }
    }
}
