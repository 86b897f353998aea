package dev.freshet.bench.drift;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A source whose images are drawn or read once, however often they are asked for. Belongs to one thread. */
final class Remembered implements ImageSource {
    private final ImageSource source;
    private final Map<Long, LabelledImage> images = new HashMap<>();

    Remembered(ImageSource source) {
        this.source = source;
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
        return source.size();
    }

    @Override
    public LabelledImage get(long index) {
        return images.computeIfAbsent(index, source::get);
    }
}
