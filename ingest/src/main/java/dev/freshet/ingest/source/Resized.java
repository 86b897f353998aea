package dev.freshet.ingest.source;

import dev.freshet.core.data.Picture;
import dev.freshet.core.model.InputSpec;
import java.util.List;
import java.util.OptionalLong;

/** Another source's images, each scaled when it is asked for, as the decoder scales pictures. */
final class Resized implements ImageSource {
    private final ImageSource source;
    private final InputSpec input;

    private Resized(ImageSource source, InputSpec input) {
        this.source = source;
        this.input = input;
    }

    /** @throws IllegalArgumentException if the source holds points */
    static ImageSource of(ImageSource source, ImageShape shape) {
        if (!source.input().isImage()) {
            throw new IllegalArgumentException("only images can be resized; the source holds points of shape "
                    + source.input().shape());
        }
        InputSpec input = shape.input(source.input().channels());
        return input.equals(source.input()) ? source : new Resized(source, input);
    }

    @Override
    public InputSpec input() {
        return input;
    }

    @Override
    public List<String> classes() {
        return source.classes();
    }

    @Override
    public OptionalLong size() {
        return source.size();
    }

    @Override
    public LabelledImage get(long index) {
        LabelledImage image = source.get(index);
        return new LabelledImage(image.id(), Picture.fit(image.pixels(), source.input(), input), image.label());
    }

    @Override
    public int label(long index) {
        return source.label(index);
    }
}
