/**
 * Records a second from the topic {@code images} into weights: the whole trainer, with decoding, hold-out, prequential
 * evaluation and gate, against the bare engine on images in memory, and against a consumer in Python that trains with
 * PyTorch. {@link dev.freshet.bench.pipeline.PipelineBenchmark} drives a process for each.
 */
@NullMarked
package dev.freshet.bench.pipeline;

import org.jspecify.annotations.NullMarked;
