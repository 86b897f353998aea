package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Directories of the four IDX files that MNIST and its kin are published as, compressed or not. Their names may begin with
 * that of the data set, as in {@code emnist-letters-train-images-idx3-ubyte.gz}.
 */
final class IdxKind implements SourceKind {
    private static final List<String> TRAIN = List.of("train");
    /** MNIST's way, then EMNIST's. */
    private static final List<String> TEST = List.of("t10k", "test");

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
        try {
            for (Split split : Split.values()) {
                if (!candidates(path, split, "images", 3).isEmpty()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
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
        return new IdxSource(split, images, labels, numbering(directory));
    }

    /** Over both splits, so that a test set in which the first or the last class does not occur fits the same model. */
    private static Numbering numbering(Path directory) throws IOException {
        int lowest = Integer.MAX_VALUE;
        int highest = 0;
        for (Split split : Split.values()) {
            Optional<Path> file = find(directory, split, "labels", 1);
            for (byte label : file.isPresent() ? IdxFile.labels(file.get()) : new byte[0]) {
                lowest = Math.min(lowest, Byte.toUnsignedInt(label));
                highest = Math.max(highest, Byte.toUnsignedInt(label));
            }
        }
        return Numbering.of(lowest, highest);
    }

    private static Path require(Path directory, Split split, String content, int dimensions) throws IOException {
        return find(directory, split, content, dimensions)
                .orElseThrow(() -> new IllegalArgumentException("source idx:" + directory + ": none of "
                        + String.join(", ", names(split, content, dimensions)) + " is in "
                        + directory.toAbsolutePath() + ", nor a file whose name ends with one of these"));
    }

    /** @throws IllegalArgumentException if the directory holds more than one data set */
    private static Optional<Path> find(Path directory, Split split, String content, int dimensions) throws IOException {
        List<Path> found = candidates(directory, split, content, dimensions);
        List<String> different = found.stream()
                .map(file -> file.getFileName().toString())
                .map(name -> name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name)
                .distinct()
                .toList();
        if (different.size() > 1) {
            throw new IllegalArgumentException("source idx:" + directory + ": " + directory.toAbsolutePath()
                    + " holds several data sets, " + String.join(", ", different)
                    + "; each must be in a directory of its own");
        }
        return found.stream().findFirst();
    }

    /** The first file of the usual names; without one, all whose names end with one of these, in order. */
    private static List<Path> candidates(Path directory, Split split, String content, int dimensions)
            throws IOException {
        List<String> names = names(split, content, dimensions);
        Optional<Path> usual = names.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        if (usual.isPresent() || !Files.isDirectory(directory)) {
            return usual.stream().toList();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> names.stream().anyMatch(name -> endsWith(file, name)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean endsWith(Path file, String name) {
        String own = file.getFileName().toString();
        return !own.startsWith(".") && (own.endsWith("-" + name) || own.endsWith("_" + name));
    }

    /** Some archives, once unpacked, have a dot where the original has a dash. */
    private static List<String> names(Split split, String content, int dimensions) {
        return (split == Split.TRAIN ? TRAIN : TEST)
                .stream()
                        .map(prefix -> prefix + "-" + content)
                        .flatMap(stem -> Stream.of(stem + "-idx", stem + ".idx"))
                        .map(stem -> stem + dimensions + "-ubyte")
                        .flatMap(name -> Stream.of(name, name + ".gz"))
                        .toList();
    }
}
