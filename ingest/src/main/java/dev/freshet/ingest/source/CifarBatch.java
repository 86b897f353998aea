package dev.freshet.ingest.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The images of one file in the binary version of CIFAR-10 (Krizhevsky, "Learning Multiple Layers of Features from Tiny
 * Images", 2009): a byte for the class, then the red, the green and the blue plane. Every error names the file.
 */
final class CifarBatch {
    static final int SIZE = 32;
    static final int CLASSES = 10;
    private static final int PIXELS = 3 * SIZE * SIZE;
    private static final int RECORD = 1 + PIXELS;

    private final List<byte[]> pixels;
    private final List<Integer> labels;

    private CifarBatch(List<byte[]> pixels, List<Integer> labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /** {@code [3][32][32]} of each image; shared. */
    List<byte[]> pixels() {
        return pixels;
    }

    List<Integer> labels() {
        return labels;
    }

    /**
     * Reads to the end.
     *
     * @param name of the file, for messages
     */
    static CifarBatch read(InputStream in, String name) throws IOException {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        try {
            for (int label = in.read(); label >= 0; label = in.read()) {
                if (label >= CLASSES) {
                    throw new IOException(name + " holds the label " + label + " in record " + labels.size()
                            + "; CIFAR-10 has labels 0 to " + (CLASSES - 1));
                }
                byte[] image = in.readNBytes(PIXELS);
                if (image.length < PIXELS) {
                    throw new IOException(name + " is cut off in record " + labels.size() + ", after "
                            + (1 + image.length) + " of " + RECORD + " bytes");
                }
                pixels.add(image);
                labels.add(label);
            }
        } catch (EOFException e) {
            throw new IOException(name + " is cut off in record " + labels.size(), e);
        } catch (ZipException e) {
            throw new IOException(name + " is damaged: " + e.getMessage(), e);
        }
        if (labels.isEmpty()) {
            throw new IOException(name + " is empty");
        }
        return new CifarBatch(pixels, labels);
    }
}
