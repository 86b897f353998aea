package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** Colour images and labels of one split, in memory. */
final class CifarSource implements ImageSource {
    private final Split split;
    private final List<byte[]> pixels;
    private final List<Integer> labels;
    private final List<String> classes;

    private CifarSource(Split split, List<byte[]> pixels, List<Integer> labels, List<String> classes) {
        this.split = split;
        this.pixels = pixels;
        this.labels = labels;
        this.classes = classes;
    }

    static CifarSource of(Split split, CifarFiles.Contents contents) {
        List<byte[]> pixels = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (CifarBatch batch : contents.batches()) {
            pixels.addAll(batch.pixels());
            labels.addAll(batch.labels());
        }
        return new CifarSource(split, pixels, labels, contents.classes());
    }

    @Override
    public InputSpec input() {
        return InputSpec.image(3, CifarBatch.SIZE, CifarBatch.SIZE);
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(labels.size());
    }

    @Override
    public LabelledImage get(long index) {
        int i = (int) Objects.checkIndex(index, labels.size());
        return new LabelledImage(split.id(index), pixels.get(i), labels.get(i));
    }

    @Override
    public int label(long index) {
        return labels.get((int) Objects.checkIndex(index, labels.size()));
    }
}
