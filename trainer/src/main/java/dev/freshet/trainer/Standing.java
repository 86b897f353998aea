package dev.freshet.trainer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run adds to a checkpoint.
 *
 * @param epoch passes over all records that are complete; null where they are a stream
 * @param unfinished examples that wait for their mini-batch to be full, in order
 * @param replay examples to be learned from again, by slot
 * @param memories by name
 */
record Standing(@Nullable Integer epoch, List<Place> unfinished, List<Place> replay, Map<String, long[]> memories) {}
