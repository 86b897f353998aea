package dev.freshet.ingest.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Finds and reads the files that CIFAR-10 is published as: in a folder, or in its authors' archive. */
final class CifarFiles {
    static final String ARCHIVE = "cifar-10-binary.tar.gz";
    private static final String FOLDER = "cifar-10-batches-bin";
    private static final String NAMES_FILE = "batches.meta.txt";
    /** What the authors' file of names says, for folders that lack it. */
    private static final List<String> NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final List<String> TRAIN =
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin");
    private static final List<String> TEST = List.of("test_batch.bin");

    private CifarFiles() {}

    /** The batches of one split, in order, and the names of the classes. */
    record Contents(List<CifarBatch> batches, List<String> classes) {}

    /** The folder of the batches, or the archive; empty if there is neither. */
    static Optional<Path> locate(Path path) {
        return Stream.of(path, path.resolve(FOLDER), path.resolve(ARCHIVE))
                .filter(place -> isArchive(place) || holdsBatches(place))
                .findFirst();
    }

    private static boolean isArchive(Path path) {
        return Files.isRegularFile(path) && String.valueOf(path.getFileName()).endsWith(".tar.gz");
    }

    private static boolean holdsBatches(Path folder) {
        return Stream.concat(TRAIN.stream(), TEST.stream())
                .anyMatch(name -> find(folder, name).isPresent());
    }

    private static Optional<Path> find(Path folder, String name) {
        return Stream.of(name, name + ".gz")
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static List<String> namesOf(Split split) {
        return split == Split.TRAIN ? TRAIN : TEST;
    }

    /**
     * Reads one split.
     *
     * @param place as it was located
     * @throws IllegalArgumentException if a batch is missing, with its name
     */
    static Contents read(Path place, Split split) throws IOException {
        return Files.isDirectory(place) ? readFolder(place, split) : readArchive(place, split);
    }

    private static Contents readFolder(Path folder, Split split) throws IOException {
        List<CifarBatch> batches = new ArrayList<>();
        for (String name : namesOf(split)) {
            Path file = find(folder, name).orElseThrow(() -> missing(name, folder));
            try (InputStream in = open(file)) {
                batches.add(CifarBatch.read(in, file.toString()));
            }
        }
        Path names = folder.resolve(NAMES_FILE);
        return new Contents(
                batches, Files.isRegularFile(names) ? parseNames(Files.readAllBytes(names), names.toString()) : NAMES);
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        if (!file.toString().endsWith(".gz")) {
            return new BufferedInputStream(in, 1 << 16);
        }
        try {
            return new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
        } catch (EOFException e) {
            in.close();
            throw new IOException(file + " is cut off", e);
        } catch (ZipException e) {
            in.close();
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static Contents readArchive(Path archive, Split split) throws IOException {
        Map<String, CifarBatch> found = new HashMap<>();
        List<String> classes = new ArrayList<>();
        Tarball.read(archive, (entry, content) -> {
            String name = entry.substring(entry.lastIndexOf('/') + 1);
            if (namesOf(split).contains(name)) {
                found.put(name, CifarBatch.read(new BufferedInputStream(content), entry + " in " + archive));
            } else if (name.equals(NAMES_FILE)) {
                classes.addAll(parseNames(content.readAllBytes(), entry + " in " + archive));
            }
        });
        // The archive has its files in no particular order.
        List<CifarBatch> batches = new ArrayList<>();
        for (String name : namesOf(split)) {
            @Nullable CifarBatch batch = found.get(name);
            if (batch == null) {
                throw missing(name, archive);
            }
            batches.add(batch);
        }
        return new Contents(batches, classes.isEmpty() ? NAMES : List.copyOf(classes));
    }

    private static IllegalArgumentException missing(String name, Path place) {
        return new IllegalArgumentException("source cifar10: " + name + " is not in " + place.toAbsolutePath());
    }

    private static List<String> parseNames(byte[] text, String file) throws IOException {
        List<String> names = new String(text, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (names.size() != CifarBatch.CLASSES || names.stream().distinct().count() != names.size()) {
            throw new IOException(file + " must hold the names of " + CifarBatch.CLASSES + " classes, held " + names);
        }
        return names;
    }
}
