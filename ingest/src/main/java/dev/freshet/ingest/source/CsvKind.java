package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** One file of comma-separated values, a line an example. */
final class CsvKind implements SourceKind {
    @Override
    public String name() {
        return "csv";
    }

    @Override
    public String form() {
        return "csv:FILE (a line of a label and numbers an example, with or without a header)";
    }

    @Override
    public boolean accepts(String argument) {
        return !argument.isBlank();
    }

    @Override
    public boolean isHeldBy(Path path) {
        return Files.isRegularFile(path)
                && path.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    @Override
    public ImageSource open(String argument, Split split) throws IOException {
        Path file = Path.of(argument);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "source csv:" + argument + ": there is no file " + file.toAbsolutePath());
        }
        return CsvSource.read(file, CsvLayout.of(file), split);
    }
}
