package dev.freshet.bench.engine;

import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.ingest.source.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Images in memory, as floats, with what they are. Immutable; the arrays are shared. */
public final class ImageSet {
    /** Enough that no cache holds them, few enough that every process can. */
    private static final int IMAGES = 16_384;

    private final String description;
    private final float[] features;
    private final int[] labels;

    private ImageSet(String description, float[] features, int[] labels) {
        this.description = description;
        this.features = features;
        this.labels = labels;
    }

    /**
     * The first images of a data set where a folder has it, otherwise as many with the same share of zeros.
     *
     * @param folder of data sets; need not exist
     */
    public static ImageSet of(DataSet data, Path folder) throws IOException {
        if (data.folder().isEmpty()) {
            return read(data, SourceSpec.parse(data.kind()).open(Split.TRAIN));
        }
        Path files = folder.resolve(data.folder());
        if (Files.isDirectory(files)) {
            return read(data, SourceSpec.parse(data.kind() + ":" + files).open(Split.TRAIN));
        }
        return synthetic(data);
    }

    private static ImageSet read(DataSet data, ImageSource source) {
        int images = (int) Math.min(IMAGES, source.size().orElse(IMAGES));
        int inputs = data.input().size();
        float[] features = new float[images * inputs];
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            LabelledImage image = source.get(i);
            labels[i] = image.label();
            copy(image.values(), features, i * inputs);
        }
        return new ImageSet(data.title(), features, labels);
    }

    private static void copy(Values values, float[] features, int offset) {
        if (values instanceof Values.Pixels pixels) {
            byte[] bytes = pixels.values();
            for (int i = 0; i < bytes.length; i++) {
                features[offset + i] = (bytes[i] & 0xff) / 255f;
            }
        } else if (values instanceof Values.Point point) {
            System.arraycopy(point.values(), 0, features, offset, point.values().length);
        }
    }

    /** Noise: it takes as long to learn as images do, though nothing comes of it. */
    public static ImageSet synthetic(DataSet data) {
        Random random = new Random(1);
        float[] features = new float[IMAGES * data.input().size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextDouble() < data.zeros() ? 0 : (1 + random.nextInt(255)) / 255f;
        }
        int[] labels = random.ints(IMAGES, 0, data.classes()).toArray();
        return new ImageSet("noise in place of " + data.title(), features, labels);
    }

    /** Which data it is, for people. */
    public String description() {
        int zeros = 0;
        for (float feature : features) {
            zeros += feature == 0 ? 1 : 0;
        }
        return String.format(
                Locale.ROOT,
                "%s (%,d images, %.0f %% zeros)",
                description,
                labels.length,
                100.0 * zeros / features.length);
    }

    /** {@code [images][inputs]}, row-major; never to be written to. */
    public float[] features() {
        return features;
    }

    /** One class index an image; never to be written to. */
    public int[] labels() {
        return labels;
    }
}
