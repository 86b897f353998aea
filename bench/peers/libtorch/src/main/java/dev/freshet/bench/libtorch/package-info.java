/**
 * libtorch as a contender of the engine benchmark, in a process of its own with its own libraries: as PyTorch is used
 * ({@link dev.freshet.bench.libtorch.AutogradTraining}), and with a backward pass written by hand
 * ({@link dev.freshet.bench.libtorch.HandWrittenTraining}). One thread, the main one, calls it; libtorch's own do the rest.
 */
@NullMarked
package dev.freshet.bench.libtorch;

import org.jspecify.annotations.NullMarked;
