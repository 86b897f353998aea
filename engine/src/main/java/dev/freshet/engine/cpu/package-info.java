/**
 * The engine for multilayer perceptrons on CPU, in Java alone: one fused training step and a scorer without allocation.
 *
 * <p>Reading order: {@link dev.freshet.engine.cpu.CpuNetwork} is the step, {@link dev.freshet.engine.cpu.DenseLayer} what
 * it does to one layer, {@link dev.freshet.engine.cpu.Descent} how weights move, {@link dev.freshet.engine.cpu.Kernels}
 * the few inner loops, written once with the Vector API and once without. Each number comes out of the same operations in
 * the same order whatever the width of a vector, so equal seeds give equal weights on every machine. A network belongs to
 * one thread, a scorer to all.
 */
@NullMarked
package dev.freshet.engine.cpu;

import org.jspecify.annotations.NullMarked;
