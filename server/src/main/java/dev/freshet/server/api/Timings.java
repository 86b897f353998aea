package dev.freshet.server.api;

/**
 * Where a request spent its time.
 *
 * @param waitedMicros from its arrival to the begin of its scoring
 * @param scoredMicros scoring the batches that it was part of, with the reading of their examples
 * @param batchSize examples in the last of them, those of other requests among them
 */
record Timings(long waitedMicros, long scoredMicros, int batchSize) {}
