package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.model.InputSpec;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG and JPEG files of exactly the model's size into channel-major features.
 *
 * <p>A grey model takes colour pictures by their luma (ITU-R BT.601), a colour model takes grey ones three times.
 * Transparency is not looked at.
 */
final class ImageReading {
    private final InputSpec input;

    ImageReading(InputSpec input) {
        this.input = input;
    }

    float[] read(String contentType, byte[] file) throws MalformedException {
        if (!input.isImage()) {
            throw new MalformedException(Reason.WRONG_SHAPE, "a picture where the model takes shape " + input.shape());
        }
        BufferedImage image = decode(contentType, file);
        byte[] planes = input.channels() == 1 ? grey(image) : colour(image);
        float[] features = new float[input.size()];
        input.scaleBytes(ByteBuffer.wrap(planes), features);
        return features;
    }

    private BufferedImage decode(String contentType, byte[] file) throws MalformedException {
        // The JDK reads more formats, some of them without a bound on what a few bytes may make it allocate.
        if (!contentType.equals(ContentTypes.PNG) && !contentType.equals(ContentTypes.JPEG)) {
            throw new MalformedException(
                    Reason.UNSUPPORTED_CONTENT_TYPE, "pictures of content-type \"" + contentType + "\" are not read");
        }
        ImageReader reader = ImageIO.getImageReadersByMIMEType(contentType).next();
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(stream, true, true);
            // Before any pixel is read: a few bytes may claim a picture that fills the heap.
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if (width != input.width() || height != input.height()) {
                throw new MalformedException(
                        Reason.WRONG_SHAPE,
                        "a picture of " + width + "×" + height + " where the model takes " + input.width() + "×"
                                + input.height());
            }
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

    private byte[] grey(BufferedImage image) {
        int width = input.width();
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY
                && image.getRaster().getDataBuffer() instanceof DataBufferByte bytes
                && bytes.getData().length == input.size()) {
            return bytes.getData();
        }
        byte[] plane = new byte[input.size()];
        boolean grey = isGrey(image);
        for (int i = 0; i < plane.length; i++) {
            if (grey) {
                plane[i] = greyAt(image, i % width, i / width);
                continue;
            }
            int rgb = image.getRGB(i % width, i / width);
            int luma = (299 * (rgb >> 16 & 0xff) + 587 * (rgb >> 8 & 0xff) + 114 * (rgb & 0xff) + 500) / 1000;
            plane[i] = (byte) luma;
        }
        return plane;
    }

    private byte[] colour(BufferedImage image) {
        int width = input.width();
        int plane = width * input.height();
        byte[] planes = new byte[input.size()];
        boolean grey = isGrey(image);
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
    private static boolean isGrey(BufferedImage image) {
        return image.getColorModel() instanceof ComponentColorModel
                && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    }

    /** The stored value; getRGB would pass it through a linear colour space and change it. */
    private static byte greyAt(BufferedImage image, int x, int y) {
        int largest = (1 << image.getColorModel().getComponentSize(0)) - 1;
        return (byte) ((image.getRaster().getSample(x, y, 0) * 255 + largest / 2) / largest);
    }
}
