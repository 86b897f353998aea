package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.model.InputSpec;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG and JPEG files of exactly the model's size into channel-major features.
 *
 * <p>A grey model takes colour pictures by their luma (ITU-R BT.601), a colour model takes grey ones three times.
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
        Iterator<ImageReader> readers = ImageIO.getImageReadersByMIMEType(contentType);
        if (!readers.hasNext()) {
            throw new MalformedException(
                    Reason.UNSUPPORTED_CONTENT_TYPE, "pictures of content-type \"" + contentType + "\" are not read");
        }
        ImageReader reader = readers.next();
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
            return reader.read(0);
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
        for (int i = 0; i < plane.length; i++) {
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
        boolean grey = image.getType() == BufferedImage.TYPE_BYTE_GRAY;
        for (int i = 0; i < plane; i++) {
            int x = i % width;
            int y = i / width;
            // getRGB would pass a grey value through a colour space and change it.
            int rgb = grey ? 0x010101 * image.getRaster().getSample(x, y, 0) : image.getRGB(x, y);
            planes[i] = (byte) (rgb >> 16);
            planes[plane + i] = (byte) (rgb >> 8);
            planes[2 * plane + i] = (byte) rgb;
        }
        return planes;
    }
}
