package dev.freshet.ingest.drift;

import dev.freshet.ingest.source.LabelledImage;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What a drift makes of an image of one source. Stateless. */
interface Effect {
    /**
     * Changes an image.
     *
     * @param image not written to
     * @param strength of the drift, in [0, 1]
     * @param random decides what is left to chance; new for each image and drift
     * @return null for an image that is not to be sent
     */
    @Nullable
    LabelledImage on(LabelledImage image, double strength, SplittableRandom random);
}
