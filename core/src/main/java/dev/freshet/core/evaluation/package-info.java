/**
 * Is the model any good: loss and accuracy, before learning (prequential) and on records never learned from
 * (hold-out), and the gate that compares two versions. Pure computation; each object belongs to one thread.
 */
@NullMarked
package dev.freshet.core.evaluation;

import org.jspecify.annotations.NullMarked;
