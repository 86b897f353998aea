/**
 * Where images come from: a text such as {@code idx:DIR} or {@code digits} goes in, an
 * {@link dev.freshet.ingest.source.ImageSource} that gives any image by its index comes out. Knows nothing of Kafka.
 * A kind of source is one class here and one line in {@link dev.freshet.ingest.source.SourceSpec}.
 * A source belongs to one thread at a time.
 */
@NullMarked
package dev.freshet.ingest.source;

import org.jspecify.annotations.NullMarked;
