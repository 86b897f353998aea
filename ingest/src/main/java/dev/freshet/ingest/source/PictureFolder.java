package dev.freshet.ingest.source;

import dev.freshet.core.data.ContentTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A folder of one sub-folder a class, as lists of what it holds; hidden files and those of other types are passed over. */
final class PictureFolder {
    private PictureFolder() {}

    /** The sub-folders that hold pictures or could, in the order of their names. */
    static List<Path> classFolders(Path folder) throws IOException {
        return inside(folder, Files::isDirectory);
    }

    /** The pictures of a class, in the order of their names. */
    static List<Path> pictures(Path classFolder) throws IOException {
        return inside(
                classFolder,
                path -> Files.isRegularFile(path) && contentType(path).isPresent());
    }

    /** Whether at least two sub-folders hold pictures. */
    static boolean holdsClasses(Path folder) throws IOException {
        List<Path> classes = new ArrayList<>();
        for (Path classFolder : classFolders(folder)) {
            if (!pictures(classFolder).isEmpty()) {
                classes.add(classFolder);
            }
        }
        return classes.size() >= 2;
    }

    /** What the end of its name says. */
    static Optional<String> contentType(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) {
            return Optional.of(ContentTypes.PNG);
        }
        return name.endsWith(".jpg") || name.endsWith(".jpeg") ? Optional.of(ContentTypes.JPEG) : Optional.empty();
    }

    /** By name, compared by character, so that the order is the same on every file system. */
    private static List<Path> inside(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> !path.getFileName().toString().startsWith("."))
                    .filter(wanted)
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        }
    }
}
