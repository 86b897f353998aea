/**
 * Records and examples: bytes of a Kafka record go in, an {@link dev.freshet.core.data.Example} or the reason why
 * there is none comes out. Knows the accepted content types; knows nothing of consumers.
 * Decoders belong to the thread that polls.
 */
@NullMarked
package dev.freshet.core.data;

import org.jspecify.annotations.NullMarked;
