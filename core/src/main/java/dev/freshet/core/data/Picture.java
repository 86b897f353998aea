package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG and JPEG files into channel-major bytes: those of records for the decoder, those of folders for the ingest,
 * so that a picture means the same wherever it is read. Any thread.
 *
 * <p>A grey model takes colour pictures by their luma (ITU-R BT.601), a colour model takes grey ones three times.
 * Transparency and the orientation that a camera notes are not looked at. A picture of another size than the input's is
 * refused or scaled, as {@link InputSpec#resize} says.
 */
public final class Picture {
    /** Of a picture to be scaled: more than a camera's 12 million, and 128 MiB at four channels of 16 bits. */
    private static final int MOST_PIXELS = 1 << 24;

    private static final int LONGEST_SIDE = 1 << 14;

    private Picture() {}

    /**
     * What a picture says of itself before its pixels.
     *
     * @param grey whether one channel holds all of it
     */
    public record Header(int width, int height, boolean grey) {}

    /**
     * Reads no further than the pixels begin.
     *
     * @param contentType PNG or JPEG, of {@link ContentTypes}
     * @param file read from, not closed
     * @throws IOException if it is no readable picture of that type
     */
    public static Header header(String contentType, InputStream file) throws IOException {
        ImageReader reader = readerOf(contentType);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(file)) {
            reader.setInput(stream, true, true);
            // The first type is the one that pixels are read into.
            boolean grey = holdsNoColour(reader.getImageTypes(0).next().getColorModel());
            return new Header(reader.getWidth(0), reader.getHeight(0), grey);
        } catch (IOException | RuntimeException e) {
            // The JDK's readers answer damaged files with all kinds of unchecked exceptions.
            throw new IOException("not a readable " + contentType + ": " + e.getMessage(), e);
        } finally {
            reader.dispose();
        }
    }

    /**
     * Checks that a picture which says this of itself has a size that {@link #read} takes.
     *
     * @throws IOException if it has not
     */
    public static void requireSize(Header header, InputSpec input) throws IOException {
        try {
            requireSize(header.width(), header.height(), input);
        } catch (MalformedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Makes one image of bytes into another, as {@link #read} does with one that is a file.
     *
     * @param pixels {@code [channels][height][width]}, only read
     * @param from what they are: an image
     * @param to an image
     * @return {@code [channels][height][width]}, the same array if there is nothing to change
     */
    public static byte[] fit(byte[] pixels, InputSpec from, InputSpec to) {
        byte[] planes = pixels;
        if (from.channels() != to.channels()) {
            planes = to.channels() == 1 ? luma(pixels) : repeated(pixels);
        }
        return Scaling.of(from.height(), from.width(), to.height(), to.width()).apply(planes);
    }

    /**
     * Reads a picture, of the input's size or scaled to it.
     *
     * @param contentType PNG or JPEG, of {@link ContentTypes}
     * @param input an image
     * @return {@code [channels][height][width]}
     * @throws IOException if it is no readable picture of that type, or of another size and not to be scaled
     */
    public static byte[] read(String contentType, byte[] file, InputSpec input) throws IOException {
        try {
            return decode(contentType, file, input);
        } catch (MalformedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static byte[] decode(String contentType, byte[] file, InputSpec input) throws MalformedException {
        BufferedImage image = pixels(contentType, file, input);
        byte[] planes = input.channels() == 1 ? grey(image) : colour(image);
        return Scaling.of(image.getHeight(), image.getWidth(), input.height(), input.width())
                .apply(planes);
    }

    private static ImageReader readerOf(String contentType) {
        return ImageIO.getImageReadersByMIMEType(contentType).next();
    }

    private static BufferedImage pixels(String contentType, byte[] file, InputSpec input) throws MalformedException {
        // The JDK reads more formats, some of them without a bound on what a few bytes may make it allocate.
        if (!contentType.equals(ContentTypes.PNG) && !contentType.equals(ContentTypes.JPEG)) {
            throw new MalformedException(
                    Reason.UNSUPPORTED_CONTENT_TYPE, "pictures of content-type \"" + contentType + "\" are not read");
        }
        ImageReader reader = readerOf(contentType);
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(stream, true, true);
            // Before any pixel is read: a few bytes may claim a picture that fills the heap.
            requireSize(reader.getWidth(0), reader.getHeight(0), input);
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            BufferedImage image = reader.read(0);
            // A JPEG cut off in the middle is a warning and grey pixels to the JDK, and no example to learn from.
            if (!warnings.isEmpty()) {
                throw new MalformedException(
                        Reason.UNDECODABLE, "not a readable " + contentType + ": " + warnings.get(0));
            }
            return image;
        } catch (IOException | RuntimeException e) {
            // The JDK's readers answer damaged files with all kinds of unchecked exceptions.
            throw new MalformedException(Reason.UNDECODABLE, "not a readable " + contentType + ": " + e.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static void requireSize(int width, int height, InputSpec input) throws MalformedException {
        if (width == input.width() && height == input.height()) {
            return;
        }
        String found = "a picture of " + width + "×" + height;
        if (input.resize() == Resize.REFUSE) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE, found + " where the model takes " + input.width() + "×" + input.height());
        }
        if (Math.max(width, height) > LONGEST_SIDE || (long) width * height > MOST_PIXELS) {
            throw new MalformedException(
                    Reason.WRONG_SHAPE,
                    found + " is too large to be resized: at most " + LONGEST_SIDE + " pixels a side and " + MOST_PIXELS
                            + " in all");
        }
    }

    private static byte[] grey(BufferedImage image) {
        int width = image.getWidth();
        int size = width * image.getHeight();
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY
                && image.getRaster().getDataBuffer() instanceof DataBufferByte bytes
                && bytes.getData().length == size) {
            return bytes.getData();
        }
        byte[] plane = new byte[size];
        boolean grey = isGrey(image.getColorModel());
        for (int i = 0; i < plane.length; i++) {
            if (grey) {
                plane[i] = greyAt(image, i % width, i / width);
                continue;
            }
            int rgb = image.getRGB(i % width, i / width);
            plane[i] = luma(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
        }
        return plane;
    }

    private static byte luma(int red, int green, int blue) {
        return (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
    }

    private static byte[] luma(byte[] planes) {
        int size = planes.length / 3;
        byte[] plane = new byte[size];
        for (int i = 0; i < size; i++) {
            plane[i] = luma(planes[i] & 0xff, planes[size + i] & 0xff, planes[2 * size + i] & 0xff);
        }
        return plane;
    }

    private static byte[] repeated(byte[] plane) {
        byte[] planes = new byte[3 * plane.length];
        for (int to = 0; to < planes.length; to += plane.length) {
            System.arraycopy(plane, 0, planes, to, plane.length);
        }
        return planes;
    }

    private static byte[] colour(BufferedImage image) {
        int width = image.getWidth();
        int plane = width * image.getHeight();
        byte[] planes = new byte[3 * plane];
        boolean grey = isGrey(image.getColorModel());
        for (int i = 0; i < plane; i++) {
            int x = i % width;
            int y = i / width;
            int rgb = grey ? 0x010101 * (greyAt(image, x, y) & 0xff) : image.getRGB(x, y);
            planes[i] = (byte) (rgb >> 16);
            planes[plane + i] = (byte) (rgb >> 8);
            planes[2 * plane + i] = (byte) rgb;
        }
        return planes;
    }

    /** Of 8 or 16 bits, with or without transparency; one with a palette holds colours. */
    private static boolean isGrey(ColorModel colours) {
        return colours instanceof ComponentColorModel && colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    /** The JDK reads grey pictures of less than 8 bits, too, as ones with a palette, which then is all grey. */
    private static boolean holdsNoColour(ColorModel colours) {
        if (!(colours instanceof IndexColorModel palette)) {
            return isGrey(colours);
        }
        return IntStream.range(0, palette.getMapSize())
                .allMatch(i -> palette.getRed(i) == palette.getGreen(i) && palette.getGreen(i) == palette.getBlue(i));
    }

    /** The stored value; getRGB would pass it through a linear colour space and change it. */
    private static byte greyAt(BufferedImage image, int x, int y) {
        int largest = (1 << image.getColorModel().getComponentSize(0)) - 1;
        return (byte) ((image.getRaster().getSample(x, y, 0) * 255 + largest / 2) / largest);
    }
}
