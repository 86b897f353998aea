package dev.freshet.trainer;

import dev.freshet.core.evaluation.Evaluation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a trainer has come, as one value: any thread may look at the newest.
 *
 * @param trained records learned from
 * @param examples how often one was learned from: more than the records where there are epochs
 * @param heldOut records kept for validation
 * @param deadLettered records that could not be used
 * @param steps optimizer steps
 * @param version newest version published or found; 0 for none
 * @param versionsPublished versions that this run published
 * @param prequential loss and accuracy before learning, over the newest examples; null before the first
 * @param prequentialAccuracy accuracy before learning over all examples of this run; NaN before the first
 * @param holdOut of the candidate at the newest decision; null before the first
 * @param published how the newest version this run published did on the hold-out window; null before the first
 * @param epochs that are complete, of a bounded run
 */
public record TrainerStatus(
        long trained,
        long examples,
        long heldOut,
        long deadLettered,
        long steps,
        long version,
        long versionsPublished,
        @Nullable Evaluation prequential,
        double prequentialAccuracy,
        @Nullable Evaluation holdOut,
        @Nullable Evaluation published,
        List<EpochFigures> epochs) {
    static final TrainerStatus NOTHING_YET =
            new TrainerStatus(0, 0, 0, 0, 0, 0, 0, null, Double.NaN, null, null, List.of());

    public TrainerStatus {
        epochs = List.copyOf(epochs);
    }

    /** Records that were consumed and dealt with. */
    public long records() {
        return trained + heldOut + deadLettered;
    }
}
