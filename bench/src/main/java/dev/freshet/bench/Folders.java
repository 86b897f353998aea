package dev.freshet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a benchmark finds things, and where it may put some. */
final class Folders {
    private Folders() {}

    /** The project's sources: the script says where they are; null where nobody does. */
    static @Nullable Path home() {
        String home = System.getProperty("freshet.home");
        return home == null ? null : Path.of(home);
    }

    /** Data sets: {@code FRESHET_DATA}, or else beside the project; need not exist. */
    static Path data(Map<String, String> environment) {
        String data = environment.get("FRESHET_DATA");
        Path home = home();
        return data != null ? Path.of(data) : (home == null ? Path.of("..") : home).resolve("../shared/data");
    }

    /** Removes a folder with all that is in it. */
    static void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            List<Path> deepestFirst = inside.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
