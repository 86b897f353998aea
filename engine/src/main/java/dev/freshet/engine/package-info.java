/**
 * The neural net behind a small interface: an {@link dev.freshet.engine.Engine} makes networks that learn and scorers
 * that answer. Mini-batches go in, losses, probabilities and weights come out. A network belongs to one thread,
 * a scorer to all. Each library that can do the work has a package of its own beside this one.
 */
@NullMarked
package dev.freshet.engine;

import org.jspecify.annotations.NullMarked;
