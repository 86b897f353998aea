/**
 * Drift on purpose, to try out what a trainer does about it: a script such as {@code label-swap:3,5@20000} and each image
 * with its number go in, the image as it is to be sent comes out, or none. The same script, seed and source give the same
 * stream on any machine. Belongs to the thread that sends.
 */
@NullMarked
package dev.freshet.ingest.drift;

import org.jspecify.annotations.NullMarked;
