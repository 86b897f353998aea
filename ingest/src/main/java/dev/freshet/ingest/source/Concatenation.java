package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Several sources, one after the other, as one. Ids stay as they are, so sources whose ids are alike need a prefix, as
 * {@link Selection} gives one.
 *
 * <p>Belongs to one thread at a time, the same as the sources'.
 */
public final class Concatenation implements ImageSource {
    private final List<ImageSource> parts;
    /** The index at which each part begins, then the size. */
    private final long[] begins;

    private Concatenation(List<ImageSource> parts, long[] begins) {
        this.parts = parts;
        this.begins = begins;
    }

    /**
     * Joins sources.
     *
     * @param parts at least one; each finite, with the same input and classes
     * @throws IllegalArgumentException if they are not that
     */
    public static Concatenation of(List<? extends ImageSource> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("at least one source must be there to be joined");
        }
        ImageSource first = parts.get(0);
        long[] begins = new long[parts.size() + 1];
        for (int i = 0; i < parts.size(); i++) {
            ImageSource part = parts.get(i);
            if (!part.input().equals(first.input()) || !part.classes().equals(first.classes())) {
                throw new IllegalArgumentException("sources can be joined if they have the same input and classes, but"
                        + " the first has " + first.input().shape() + " and " + first.classes() + ", and source "
                        + (i + 1) + " has " + part.input().shape() + " and " + part.classes());
            }
            int number = i + 1;
            begins[i + 1] = begins[i]
                    + part.size()
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "only sources with an end can be joined; source " + number + " has none"));
        }
        return new Concatenation(List.copyOf(parts), begins);
    }

    @Override
    public InputSpec input() {
        return parts.get(0).input();
    }

    @Override
    public List<String> classes() {
        return parts.get(0).classes();
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(begins[parts.size()]);
    }

    @Override
    public LabelledImage get(long index) {
        int part = partOf(index);
        return parts.get(part).get(index - begins[part]);
    }

    @Override
    public int label(long index) {
        int part = partOf(index);
        return parts.get(part).label(index - begins[part]);
    }

    private int partOf(long index) {
        Objects.checkIndex(index, begins[parts.size()]);
        int part = 0;
        while (index >= begins[part + 1]) {
            part++;
        }
        return part;
    }
}
