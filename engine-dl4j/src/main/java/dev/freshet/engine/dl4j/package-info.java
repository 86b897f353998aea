/**
 * Deeplearning4j as an engine: the reference on CPU. The only package that imports DL4J and ND4J, and a module of its own:
 * a process loads it, through {@link dev.freshet.engine.dl4j.Dl4jProvider}, only where its settings ask for it.
 */
@NullMarked
package dev.freshet.engine.dl4j;

import org.jspecify.annotations.NullMarked;
