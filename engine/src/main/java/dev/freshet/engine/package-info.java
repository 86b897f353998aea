/**
 * The neural net behind a small interface: an {@link dev.freshet.engine.Engine} makes networks that learn and scorers
 * that answer. Mini-batches go in, losses, probabilities and weights come out. A network belongs to one thread,
 * a scorer to all. What runs in Java alone has packages of its own beside this one; a library is an
 * {@link dev.freshet.engine.EngineProvider} in a module of its own.
 */
@NullMarked
package dev.freshet.engine;

import org.jspecify.annotations.NullMarked;
