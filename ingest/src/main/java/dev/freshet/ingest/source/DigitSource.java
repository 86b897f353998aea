package dev.freshet.ingest.source;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.ingest.digits.DigitDrawing;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/** An endless series of drawn digits: image n of a seed is always the same one, so a stream can go on anywhere. */
final class DigitSource implements ImageSource {
    private final DigitDrawing drawing;
    private final long seed;

    DigitSource(DigitDrawing drawing, long seed) {
        this.drawing = drawing;
        this.seed = seed;
    }

    /** The test images of a seed have another one: its complement is negative, so it is nobody's training seed. */
    static DigitSource draw(long seed, Split split) {
        return new DigitSource(DigitDrawing.create(), split == Split.TRAIN ? seed : ~seed);
    }

    @Override
    public InputSpec input() {
        return InputSpec.image(1, DigitDrawing.SIZE, DigitDrawing.SIZE);
    }

    @Override
    public List<String> classes() {
        return ModelSpec.numbered(10);
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public LabelledImage get(long index) {
        Objects.checkIndex(index, Long.MAX_VALUE);
        return new LabelledImage(
                "digits/" + seed + "/" + index, drawing.draw(seed, index), DigitDrawing.digit(seed, index));
    }
}
