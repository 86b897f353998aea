/**
 * Deeplearning4j as an engine: the reference on CPU. The only package that imports DL4J and ND4J.
 */
@NullMarked
package dev.freshet.engine.dl4j;

import org.jspecify.annotations.NullMarked;
