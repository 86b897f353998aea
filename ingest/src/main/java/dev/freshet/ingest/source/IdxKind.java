package dev.freshet.ingest.source;

import dev.freshet.core.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Directories of the four IDX files that MNIST and its kin are published as, compressed or not. */
final class IdxKind implements SourceKind {
    @Override
    public String name() {
        return "idx";
    }

    @Override
    public String form() {
        return "idx:DIR (a directory of train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…, each also as .gz)";
    }

    @Override
    public boolean accepts(String argument) {
        return !argument.isBlank();
    }

    @Override
    public boolean isHeldBy(Path path) {
        return Stream.of(Split.values())
                .anyMatch(split -> find(path, split, "images", 3).isPresent());
    }

    @Override
    public ImageSource open(String argument, Split split) throws IOException {
        Path directory = Path.of(argument);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "source idx:" + argument + ": there is no directory " + directory.toAbsolutePath());
        }
        Path imagesFile = require(directory, split, "images", 3);
        Path labelsFile = require(directory, split, "labels", 1);
        byte[] labels = IdxFile.labels(labelsFile);
        IdxFile.Images images = IdxFile.images(imagesFile);
        if (images.count() != labels.length) {
            throw new IOException(imagesFile + " holds " + images.count() + " images, but " + labelsFile + " holds "
                    + labels.length + " labels");
        }
        return new IdxSource(split, images, labels, ModelSpec.numbered(classes(directory)));
    }

    /** Over both splits, so that a test set in which the last class does not occur fits the same model. */
    private static int classes(Path directory) throws IOException {
        int classes = 2;
        for (Split split : Split.values()) {
            Optional<Path> file = find(directory, split, "labels", 1);
            for (byte label : file.isPresent() ? IdxFile.labels(file.get()) : new byte[0]) {
                classes = Math.max(classes, Byte.toUnsignedInt(label) + 1);
            }
        }
        return classes;
    }

    private static Path require(Path directory, Split split, String content, int dimensions) {
        return find(directory, split, content, dimensions)
                .orElseThrow(() -> new IllegalArgumentException("source idx:" + directory + ": none of "
                        + String.join(", ", names(split, content, dimensions)) + " is in "
                        + directory.toAbsolutePath()));
    }

    private static Optional<Path> find(Path directory, Split split, String content, int dimensions) {
        return names(split, content, dimensions).stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Some archives, once unpacked, have a dot where the original has a dash. */
    private static List<String> names(Split split, String content, int dimensions) {
        String stem = split.idxPrefix() + "-" + content;
        String dashed = stem + "-idx" + dimensions + "-ubyte";
        String dotted = stem + ".idx" + dimensions + "-ubyte";
        return List.of(dashed, dashed + ".gz", dotted, dotted + ".gz");
    }
}
