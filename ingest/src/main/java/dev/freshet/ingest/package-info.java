/**
 * Image sources into the topic {@code images}: {@link dev.freshet.ingest.Ingest} takes images from a source in order or
 * shuffled, at a given pace, and sends each as one record under its lasting id. Acknowledged records come out as a
 * count, a failed delivery as an exception. The thread that calls {@code run} sends; the producer's own thread counts.
 */
@NullMarked
package dev.freshet.ingest;

import org.jspecify.annotations.NullMarked;
