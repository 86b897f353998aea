package dev.freshet.bench.gate;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.model.InputSpec;
import dev.freshet.engine.Scorer;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;

/** Drawn digits as examples. Belongs to one thread. */
final class Digits {
    static final int CLASSES = 10;
    static final InputSpec INPUT = InputSpec.image(1, 28, 28);

    private static final int SLICE = 256;

    private final ImageSource train;
    private final ImageSource test;
    private final MiniBatch slice = new MiniBatch(SLICE, INPUT.size());
    private final float[] probabilities = new float[SLICE * CLASSES];

    private Digits(ImageSource train, ImageSource test) {
        this.train = train;
        this.test = test;
    }

    static Digits of(long seed) throws IOException {
        SourceSpec source = SourceSpec.parse("digits:" + seed);
        return new Digits(source.open(Split.TRAIN), source.open(Split.TEST));
    }

    LabelledImage get(long index) {
        return train.get(index);
    }

    /** Test images, as many as are asked for. */
    List<LabelledImage> test(long from, long count) {
        return LongStream.range(from, from + count).mapToObj(test::get).toList();
    }

    static Example example(LabelledImage image) {
        float[] features = new float[INPUT.size()];
        INPUT.scaleBytes(image.pixels(), features);
        return new Example(image.id(), features, image.label(), 0);
    }

    /** What a version answers to images. */
    Answers answers(Scorer scorer, List<LabelledImage> images) {
        Answers answers = new Answers(CLASSES);
        slice.clear();
        for (int i = 0; i < images.size(); i++) {
            slice.add(example(images.get(i)));
            if (slice.isFull() || i == images.size() - 1) {
                scorer.score(slice.features(), slice.size(), probabilities);
                for (int row = 0; row < slice.size(); row++) {
                    answers.add(probabilities, row, slice.labels()[row]);
                }
                slice.clear();
            }
        }
        return answers;
    }
}
