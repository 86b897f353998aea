package dev.freshet.testkit;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes images and labels in the IDX format under the names that MNIST uses; any thread.
 *
 * <p>Format: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": big-endian magic number, one
 * size per dimension, then bytes.
 */
public final class IdxFiles {
    private static final int UNSIGNED_BYTES_3D = 0x00000803;
    private static final int UNSIGNED_BYTES_1D = 0x00000801;

    private IdxFiles() {}

    /**
     * Writes {@code <prefix>-images-idx3-ubyte} and {@code <prefix>-labels-idx1-ubyte}, with {@code .gz} if zipped.
     *
     * @param prefix "train" or "t10k"
     * @param images {@code [image][rows * cols]}, row-major, 0 is black
     * @param labels {@code [image]}
     */
    public static void write(Path dir, String prefix, byte[][] images, int rows, int cols, byte[] labels, boolean gzip)
            throws IOException {
        String suffix = gzip ? ".gz" : "";
        try (DataOutputStream out = open(dir.resolve(prefix + "-images-idx3-ubyte" + suffix), gzip)) {
            out.writeInt(UNSIGNED_BYTES_3D);
            out.writeInt(images.length);
            out.writeInt(rows);
            out.writeInt(cols);
            for (byte[] image : images) {
                if (image.length != rows * cols) {
                    throw new IllegalArgumentException(
                            "an image must have " + rows + " x " + cols + " bytes, had " + image.length);
                }
                out.write(image);
            }
        }
        try (DataOutputStream out = open(dir.resolve(prefix + "-labels-idx1-ubyte" + suffix), gzip)) {
            out.writeInt(UNSIGNED_BYTES_1D);
            out.writeInt(labels.length);
            out.write(labels);
        }
    }

    private static DataOutputStream open(Path file, boolean gzip) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new DataOutputStream(gzip ? new GZIPOutputStream(out) : out);
    }
}
