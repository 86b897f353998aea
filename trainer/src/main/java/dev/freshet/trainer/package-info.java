/**
 * Learns from the topic {@code images}: records go in, versions, decisions and dead letters come out, all through one
 * transactional producer. {@link dev.freshet.trainer.Trainer#run} is the main path; everything in this package runs on
 * the one thread that calls it, except {@link dev.freshet.trainer.Trainer#stop}, {@code finish} and {@code status}.
 */
@NullMarked
package dev.freshet.trainer;

import org.jspecify.annotations.NullMarked;
