/**
 * Digits drawn on demand: a seed and a number go in, a labelled picture of 28×28 grey bytes comes out, the same one
 * whenever it is asked for on this machine. Outlines come from the fonts of the JDK, or, where it has none, from
 * strokes that need no AWT. A drawing hand reuses its canvas and so belongs to one thread at a time.
 */
@NullMarked
package dev.freshet.ingest.digits;

import org.jspecify.annotations.NullMarked;
