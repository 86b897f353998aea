package dev.freshet.trainer;

import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.engine.NetworkState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a trainer's next step depends on, between two records: who goes on from it does the same, to the last bit, as who
 * was never stopped. Images are not in it, but where they stand in the topic. Immutable.
 *
 * @param version the newest published version; 0 for none
 * @param engine the name of the engine that computed it
 * @param position behind the last record that was dealt with
 * @param taken in which order records were taken since that version
 * @param examples trained examples in the whole lineage
 * @param steps optimizer steps in the whole lineage
 * @param epoch passes over all records that are complete; null where they are a stream
 * @param holdOut the newest hold-out examples, the oldest first
 * @param unfinished examples that wait for their mini-batch to be full, in order
 * @param quarantined dead letters at or behind the position: not to be learned from when they come again
 * @param memories of other parts, by name
 */
record Checkpoint(
        String model,
        long version,
        ModelSpec spec,
        String engine,
        Offsets position,
        TakingOrder taken,
        NetworkState network,
        long examples,
        long steps,
        @Nullable Integer epoch,
        List<Place> holdOut,
        List<Place> unfinished,
        List<Place> quarantined,
        Map<String, long[]> memories,
        Instant createdAt) {
    Checkpoint {
        holdOut = List.copyOf(holdOut);
        unfinished = List.copyOf(unfinished);
        quarantined = List.copyOf(quarantined);
        memories = Map.copyOf(memories);
    }
}
