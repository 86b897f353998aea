package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A source as users write it, checked: {@code KIND:ARGUMENT}, {@code KIND}, or a path recognised by what it holds.
 *
 * <p>Every command that takes a SOURCE parses it here, so the grammar is the same everywhere. Immutable.
 */
public final class SourceSpec {
    private static final List<SourceKind> KINDS = List.of(
            new IdxKind(),
            new CifarKind(),
            new FolderKind(),
            new CsvKind(),
            new SeededKind("digits", "digits drawn without end", DigitSource::draw),
            new SeededKind("circles", "1000 points inside and outside a circle", CirclesSource::draw));

    private final SourceKind kind;
    private final String argument;
    private final @Nullable ImageShape shape;

    private SourceSpec(SourceKind kind, String argument, @Nullable ImageShape shape) {
        this.kind = kind;
        this.argument = argument;
        this.shape = shape;
    }

    /**
     * Reads a source from the command line or a configuration.
     *
     * @throws IllegalArgumentException if it is of no accepted form, with the value and all of them
     */
    public static SourceSpec parse(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String argument = colon < 0 ? "" : text.substring(colon + 1);
        for (SourceKind kind : KINDS) {
            if (kind.name().equals(name)) {
                if (!kind.accepts(argument)) {
                    throw new IllegalArgumentException(
                            "source \"" + text + "\" is not of the form " + kind.form() + "; accepted are " + forms());
                }
                return new SourceSpec(kind, argument, null);
            }
        }
        return recognise(text);
    }

    private static SourceSpec recognise(String text) {
        if (!exists(text)) {
            throw new IllegalArgumentException("source \"" + text
                    + "\" is neither a kind of source nor a path that exists; accepted are " + forms());
        }
        Path path = Path.of(text);
        for (SourceKind kind : KINDS) {
            if (kind.isHeldBy(path)) {
                return new SourceSpec(kind, text, null);
            }
        }
        throw new IllegalArgumentException("source \"" + text + "\" is at " + path.toAbsolutePath()
                + " but holds nothing that is known; accepted are " + forms());
    }

    private static boolean exists(String text) {
        try {
            return !text.isBlank() && Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Every accepted form with its meaning, for messages and help. */
    public static String forms() {
        StringJoiner forms = new StringJoiner(", ");
        KINDS.forEach(kind -> forms.add(kind.form()));
        return forms + ", or a path that holds one of these";
    }

    /** The same source with its images made into a shape when they are read, as the decoder scales pictures. */
    public SourceSpec resizedTo(ImageShape wanted) {
        return new SourceSpec(kind, argument, wanted);
    }

    /**
     * Opens one split; blocks while files are read.
     *
     * @throws IllegalArgumentException if a file is missing, with its name and where it was looked for, or if points are
     *     to be resized
     * @throws IOException if a file is damaged or cannot be read, with its name
     */
    public ImageSource open(Split split) throws IOException {
        return shape == null ? kind.open(argument, split) : kind.openResized(argument, split, shape);
    }

    /** As it can be parsed again, with the kind spelt out; says nothing of a shape. */
    @Override
    public String toString() {
        return argument.isEmpty() ? kind.name() : kind.name() + ":" + argument;
    }
}
