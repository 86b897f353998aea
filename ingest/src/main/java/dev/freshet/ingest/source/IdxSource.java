package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Grey images and labels of one split, in memory. */
final class IdxSource implements ImageSource {
    private final Split split;
    private final IdxFile.Images images;
    private final byte[] labels;
    private final Numbering numbering;
    private final List<String> classes;

    IdxSource(Split split, IdxFile.Images images, byte[] labels, Numbering numbering) {
        this.split = split;
        this.images = images;
        this.labels = labels;
        this.numbering = numbering;
        this.classes = numbering.classes();
    }

    @Override
    public InputSpec input() {
        return InputSpec.image(1, images.height(), images.width());
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(labels.length);
    }

    @Override
    public LabelledImage get(long index) {
        int i = (int) Objects.checkIndex(index, labels.length);
        return new LabelledImage(split.id(index), images.pixels(i), label(index));
    }

    @Override
    public int label(long index) {
        return Byte.toUnsignedInt(labels[(int) Objects.checkIndex(index, labels.length)]) - numbering.first();
    }
}
