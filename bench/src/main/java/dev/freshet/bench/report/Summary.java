package dev.freshet.bench.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code --summary FILE} writes: one JSON object whose names are fixed, since scripts read them. */
public record Summary(String machine, List<Row> rows) {
    public Summary {
        rows = List.copyOf(rows);
    }

    /** Writes it; a figure that there is none for is null. */
    public void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(
                file,
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }
}
