package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.OptionalLong;

/**
 * Labelled images, or points, by index, and what a model needs to know to take them.
 *
 * <p>Any order is possible without a copy, which is what shuffling and resuming need. Belongs to one thread at a time.
 */
public interface ImageSource {
    /** The shape of every image: of bytes if it is one, of floats if it is a point; without normalisation. */
    InputSpec input();

    /** Names of the classes in index order, at least 2. */
    List<String> classes();

    /** How many images there are; empty for an endless source. */
    OptionalLong size();

    /**
     * The image at an index; always the same one.
     *
     * @param index in {@code [0, size)}
     * @throws IndexOutOfBoundsException if the index is outside
     * @throws java.io.UncheckedIOException if a file that is read only now cannot be, or is damaged, with its name
     */
    LabelledImage get(long index);

    /**
     * The class of the image at an index, without reading its pixels where that can be avoided.
     *
     * @param index in {@code [0, size)}
     * @return class index, from 0
     */
    default int label(long index) {
        return get(index).label();
    }
}
