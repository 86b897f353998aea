package dev.freshet.ingest.source;

import java.io.IOException;
import java.nio.file.Path;

/** One kind of image source: what it is called, how it is asked for, and how it is opened. Stateless. */
interface SourceKind {
    /** What stands before the colon. */
    String name();

    /** How it is written and what it means, for messages and help: {@code idx:DIR (what DIR holds)}. */
    String form();

    /** Whether what stands behind the colon, empty where nothing does, is of the right form; looks at no file. */
    boolean accepts(String argument);

    /** Whether a path given without a kind holds what this kind reads. */
    boolean isHeldBy(Path path);

    /**
     * Opens one split.
     *
     * @param argument one that is accepted
     * @throws IllegalArgumentException if a file is missing, with its name and where it was looked for
     * @throws IOException if a file is damaged or cannot be read, with its name
     */
    ImageSource open(String argument, Split split) throws IOException;

    /**
     * Opens one split, its images made into a shape.
     *
     * @throws IllegalArgumentException as {@link #open}, and if these are points
     * @throws IOException as {@link #open}
     */
    default ImageSource openResized(String argument, Split split, ImageShape shape) throws IOException {
        return Resized.of(open(argument, split), shape);
    }
}
