package dev.freshet.bench.kafka;

import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Grey pictures of 28×28 for the topics: MNIST where a folder has it, drawn digits otherwise. Immutable. */
public final class Pictures {
    private static final long DRAWN = 5_000;

    private final String description;
    private final ImageSource source;
    private final List<LabelledImage> images;

    private Pictures(String description, ImageSource source, List<LabelledImage> images) {
        this.description = description;
        this.source = source;
        this.images = images;
    }

    /** @param folder of data sets; need not exist */
    public static Pictures in(Path folder) throws IOException {
        Path mnist = folder.resolve("mnist");
        boolean there = Files.isDirectory(mnist);
        ImageSource source = SourceSpec.parse(there ? "idx:" + mnist : "digits").open(Split.TRAIN);
        long count = source.size().orElse(DRAWN);
        List<LabelledImage> images =
                LongStream.range(0, count).mapToObj(source::get).toList();
        return new Pictures(there ? "MNIST" : "drawn digits in place of MNIST", source, images);
    }

    /** Which pictures they are, for people. */
    public String description() {
        return description;
    }

    /** Where they come from; its images are in {@link #get}, too, which costs nothing. */
    public ImageSource source() {
        return source;
    }

    /** As many as anybody wants: they begin again behind the last. */
    public LabelledImage get(long index) {
        return images.get((int) (index % images.size()));
    }
}
