package dev.freshet.ingest.drift;

import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** All drifts of one stream, one after the other. What it does to a record depends on its number and the seed alone. */
public final class DriftScript {
    /** Keeps the generators of neighbouring records apart (Steele and Vigna, 2021, for its quality). */
    private static final long PER_RECORD = 0xd1342543de82ef95L;

    private final List<ScriptedDrift> drifts;
    private final List<Effect> effects;
    private final long seed;

    private DriftScript(List<ScriptedDrift> drifts, List<Effect> effects, long seed) {
        this.drifts = drifts;
        this.effects = effects;
        this.seed = seed;
    }

    /**
     * A script for a source.
     *
     * @param drifts in the order in which they change an image; may be none
     * @throws IllegalArgumentException if one of them is none for this source, with what is wrong
     */
    public static DriftScript of(List<ScriptedDrift> drifts, ImageSource source, long seed) {
        return new DriftScript(
                List.copyOf(drifts),
                drifts.stream().map(drift -> drift.of(source)).toList(),
                seed);
    }

    /**
     * The image as it is to be sent, under the same id.
     *
     * @param number of the record, from 0: as many as were sent before it
     * @return null if it is not to be sent at all
     */
    public @Nullable LabelledImage apply(LabelledImage image, long number) {
        @Nullable LabelledImage changed = image;
        for (int i = 0; i < effects.size() && changed != null; i++) {
            SplittableRandom random = new SplittableRandom(seed + number * PER_RECORD + i);
            changed = effects.get(i).on(changed, drifts.get(i).when().strength(number), random);
        }
        return changed;
    }
}
