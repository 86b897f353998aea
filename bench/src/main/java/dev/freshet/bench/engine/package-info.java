/**
 * Training and scoring on images in memory, nothing else: our engine against libtorch and Deeplearning4j, six nets, the same
 * weights and images for all. {@link dev.freshet.bench.engine.EngineBenchmark} drives a process for each contender, one at
 * a time; the main thread only waits.
 */
@NullMarked
package dev.freshet.bench.engine;

import org.jspecify.annotations.NullMarked;
