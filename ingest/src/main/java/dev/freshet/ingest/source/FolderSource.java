package dev.freshet.ingest.source;

import dev.freshet.core.data.Picture;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.Resize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** The pictures of one split, each read when it is asked for: a data set may be larger than memory. */
final class FolderSource implements ImageSource {
    private final InputSpec input;
    private final InputSpec reading;
    private final List<String> classes;
    private final List<Entry> entries;

    /** @param resize what becomes of pictures of another size than the input's */
    FolderSource(InputSpec input, Resize resize, List<String> classes, List<Entry> entries) {
        this.input = input;
        this.reading = input.withResize(resize);
        this.classes = classes;
        this.entries = entries;
    }

    /**
     * One picture.
     *
     * @param id its path inside the data set, with slashes on every system
     */
    record Entry(String id, Path file, int label, Split split) {
        String contentType() {
            return PictureFolder.contentType(file).orElseThrow();
        }
    }

    @Override
    public InputSpec input() {
        return input;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(entries.size());
    }

    @Override
    public LabelledImage get(long index) {
        Entry entry = entries.get((int) Objects.checkIndex(index, entries.size()));
        try {
            byte[] pixels = Picture.read(entry.contentType(), Files.readAllBytes(entry.file()), reading);
            return new LabelledImage(entry.id(), pixels, entry.label());
        } catch (IOException e) {
            throw new UncheckedIOException(entry.file() + " cannot be read", e);
        }
    }

    @Override
    public int label(long index) {
        return entries.get((int) Objects.checkIndex(index, entries.size())).label();
    }
}
