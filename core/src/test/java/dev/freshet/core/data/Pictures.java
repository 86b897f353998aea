package dev.freshet.core.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Picture files for tests: some as the JDK writes them, some byte by byte as the PNG specification says. */
final class Pictures {
    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGBA = 6;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Pictures() {}

    /**
     * A PNG file.
     *
     * @param colourType of the specification
     * @param rows scan lines without their filter byte, one after the other
     */
    static byte[] png(int width, int height, int bitDepth, int colourType, byte[] rows, byte[] palette) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bitDepth)
                        .put((byte) colourType)
                        .array());
        if (palette.length > 0) {
            chunk(file, "PLTE", palette);
        }
        chunk(file, "IDAT", deflated(height, rows));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    static byte[] png(int width, int height, int bitDepth, int colourType, byte[] rows) {
        return png(width, height, bitDepth, colourType, rows, new byte[0]);
    }

    private static byte[] deflated(int height, byte[] rows) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(data)) {
            int row = height == 0 ? 0 : rows.length / height;
            for (int y = 0; y < height && row > 0; y++) {
                deflater.write(0);
                deflater.write(rows, y * row, row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return data.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] body = ByteBuffer.allocate(4 + data.length)
                .put(type.getBytes(US_ASCII))
                .put(data)
                .array();
        CRC32 crc = new CRC32();
        crc.update(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /** A JPEG file of one colour. */
    static byte[] jpeg(int width, int height, int type, int rgb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, rgb);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "jpeg", file)) {
                throw new IllegalStateException("the JDK writes no such JPEG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }
}
