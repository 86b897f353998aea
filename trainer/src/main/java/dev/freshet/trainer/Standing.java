package dev.freshet.trainer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run adds to a checkpoint.
 *
 * @param epoch passes over all records that are complete; null where they are a stream
 * @param unfinished examples that wait for their mini-batch to be full, in order
 * @param memories by name
 */
record Standing(@Nullable Integer epoch, List<Place> unfinished, Map<String, long[]> memories) {}
