package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Some images of another source, in an order of their own: what is put aside for validation, for example, or what is left.
 *
 * <p>Belongs to one thread at a time, the same as the source's.
 */
public final class Selection implements ImageSource {
    private final ImageSource source;
    private final int[] indices;
    private final String idPrefix;

    private Selection(ImageSource source, int[] indices, String idPrefix) {
        this.source = source;
        this.indices = indices;
        this.idPrefix = idPrefix;
    }

    /**
     * Images under the ids that they have in the source.
     *
     * @param indices of the source, in the order in which they are to be; copied
     * @throws IndexOutOfBoundsException if the source has no such index
     */
    public static Selection of(ImageSource source, int[] indices) {
        return of(source, indices, "");
    }

    /**
     * Images under other ids.
     *
     * @param indices of the source, in the order in which they are to be; copied
     * @param idPrefix stands before every id, such as {@code validation/}
     * @throws IndexOutOfBoundsException if the source has no such index
     */
    public static Selection of(ImageSource source, int[] indices, String idPrefix) {
        long size = source.size().orElse(Long.MAX_VALUE);
        for (int index : indices) {
            Objects.checkIndex(index, size);
        }
        return new Selection(source, indices.clone(), idPrefix);
    }

    @Override
    public InputSpec input() {
        return source.input();
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(indices.length);
    }

    @Override
    public LabelledImage get(long index) {
        LabelledImage image = source.get(at(index));
        return idPrefix.isEmpty() ? image : new LabelledImage(idPrefix + image.id(), image.values(), image.label());
    }

    @Override
    public int label(long index) {
        return source.label(at(index));
    }

    private int at(long index) {
        return indices[(int) Objects.checkIndex(index, indices.length)];
    }
}
