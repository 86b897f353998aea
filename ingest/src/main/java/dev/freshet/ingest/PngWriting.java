package dev.freshet.ingest;

import dev.freshet.core.model.InputSpec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes channel-major bytes as PNG files (W3C, "Portable Network Graphics", 2003), grey or RGB, eight bits.
 *
 * <p>Without AWT: no colour space can change a value, and a Java runtime without it can ingest too. Belongs to one
 * thread.
 */
final class PngWriting {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte GREY = 0;
    private static final byte RGB = 2;

    private final InputSpec input;
    private final byte[] header;
    private final byte[] rows;
    private final byte[] packed;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);

    /** @param input an image of 1 or 3 channels */
    PngWriting(InputSpec input) {
        if (!input.isImage()) {
            throw new IllegalArgumentException("ingest.encoding png takes images, not shape " + input.shape());
        }
        this.input = input;
        this.header = ByteBuffer.allocate(13)
                .putInt(input.width())
                .putInt(input.height())
                .put((byte) 8)
                .put(input.channels() == 1 ? GREY : RGB)
                .array();
        this.rows = new byte[input.height() * (1 + input.width() * input.channels())];
        this.packed = new byte[1 << 14];
    }

    /** @param pixels {@code [channels][height][width]} */
    byte[] write(byte[] pixels) {
        interleave(pixels);
        ByteArrayOutputStream png = new ByteArrayOutputStream(rows.length / 2 + 64);
        png.writeBytes(SIGNATURE);
        writeChunk(png, "IHDR", header);
        writeChunk(png, "IDAT", deflate());
        writeChunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    /** A row is one byte for its filter, 0 for none, then its pixels, channels side by side. */
    private void interleave(byte[] pixels) {
        int plane = input.height() * input.width();
        int to = 0;
        for (int y = 0; y < input.height(); y++) {
            rows[to++] = 0;
            for (int x = 0; x < input.width(); x++) {
                for (int channel = 0; channel < input.channels(); channel++) {
                    rows[to++] = pixels[channel * plane + y * input.width() + x];
                }
            }
        }
    }

    private byte[] deflate() {
        deflater.reset();
        deflater.setInput(rows);
        deflater.finish();
        ByteArrayOutputStream data = new ByteArrayOutputStream(rows.length / 2);
        while (!deflater.finished()) {
            data.write(packed, 0, deflater.deflate(packed));
        }
        return data.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        png.writeBytes(name);
        png.writeBytes(data);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }
}
