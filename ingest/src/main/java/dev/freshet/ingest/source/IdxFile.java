package dev.freshet.ingest.source;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads IDX files of unsigned bytes (LeCun, Cortes and Burges, "The MNIST database"): a magic number that gives type and
 * dimensions, the sizes, then the values. Every error names the file.
 */
final class IdxFile {
    private static final int LABELS_MAGIC = 0x00000801;
    private static final int IMAGES_MAGIC = 0x00000803;
    /** As many values as an input may have. */
    private static final long LARGEST_IMAGE = 1 << 20;

    private IdxFile() {}

    /** What a file of images holds. */
    static final class Images {
        private final int height;
        private final int width;
        private final List<byte[]> pixels;

        private Images(int height, int width, List<byte[]> pixels) {
            this.height = height;
            this.width = width;
            this.pixels = pixels;
        }

        int height() {
            return height;
        }

        int width() {
            return width;
        }

        int count() {
            return pixels.size();
        }

        /** {@code [height][width]}; shared. */
        byte[] pixels(int index) {
            return pixels.get(index);
        }
    }

    static Images images(Path file) throws IOException {
        return read(file, IMAGES_MAGIC, "images", (in, count) -> {
            int height = in.readInt();
            int width = in.readInt();
            if (height < 1 || width < 1 || (long) height * width > LARGEST_IMAGE) {
                throw new IOException(file + " holds images of " + Integer.toUnsignedString(height) + "×"
                        + Integer.toUnsignedString(width) + "; they must have 1 to " + LARGEST_IMAGE + " pixels");
            }
            // Grows with what is really there: a damaged count must not ask for the whole heap.
            List<byte[]> pixels = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] image = new byte[height * width];
                int found = in.readNBytes(image, 0, image.length);
                requireWhole(file, found, image.length, "image " + i + " of " + count);
                pixels.add(image);
            }
            return new Images(height, width, pixels);
        });
    }

    static byte[] labels(Path file) throws IOException {
        return read(file, LABELS_MAGIC, "labels", (in, count) -> {
            byte[] labels = in.readNBytes(count);
            requireWhole(file, labels.length, count, "label " + labels.length + " of " + count);
            return labels;
        });
    }

    private interface Body<T> {
        T read(DataInputStream in, int count) throws IOException;
    }

    private static <T> T read(Path file, int magic, String content, Body<T> body) throws IOException {
        try (DataInputStream in = open(file)) {
            int found = in.readInt();
            if (found != magic) {
                throw new IOException(String.format(
                        "%s begins with 0x%08x where IDX %s begin with 0x%08x", file, found, content, magic));
            }
            int count = in.readInt();
            if (count < 1) {
                throw new IOException(file + " holds " + Integer.toUnsignedString(count) + " " + content
                        + "; it must be 1 to " + Integer.MAX_VALUE);
            }
            T value = body.read(in, count);
            if (in.read() >= 0) {
                throw new IOException(file + " goes on after the " + count + " " + content + " that its header states");
            }
            return value;
        } catch (EOFException e) {
            throw new IOException(file + " is cut off: it ends before its header or its data do", e);
        } catch (ZipException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static void requireWhole(Path file, int found, int expected, String where) throws IOException {
        if (found < expected) {
            throw new IOException(file + " is cut off in " + where);
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            boolean compressed = file.getFileName().toString().endsWith(".gz");
            return new DataInputStream(new BufferedInputStream(compressed ? new GZIPInputStream(in, 1 << 16) : in));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }
}
