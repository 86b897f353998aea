package dev.freshet.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Writes small files in the binary format of CIFAR-10 under the names that it uses; any thread.
 *
 * <p>Format: A. Krizhevsky, "The CIFAR-10 dataset": a byte for the class, then three planes of 32 × 32 bytes.
 */
public final class CifarFiles {
    private static final int BATCHES = 5;
    private static final int PIXELS = 3 * 32 * 32;
    private static final int CLASSES = 10;

    private CifarFiles() {}

    /**
     * Writes {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}, with {@code .gz} if zipped,
     * each as {@link #batch} gives it for its number, the test's being 6.
     */
    public static void write(Path dir, int images, boolean gzip) throws IOException {
        for (int number = 1; number <= BATCHES + 1; number++) {
            String name = (number <= BATCHES ? "data_batch_" + number : "test_batch") + (gzip ? ".bin.gz" : ".bin");
            try (OutputStream file = Files.newOutputStream(dir.resolve(name));
                    OutputStream out = gzip ? new GZIPOutputStream(file) : file) {
                out.write(batch(number, images));
            }
        }
    }

    /** Random images, with the labels 0, 1, 2 and so on, and then 0 again. */
    public static byte[] batch(int number, int images) {
        byte[] records = new byte[images * (1 + PIXELS)];
        new Random(number).nextBytes(records);
        for (int i = 0; i < images; i++) {
            records[i * (1 + PIXELS)] = (byte) (i % CLASSES);
        }
        return records;
    }
}
