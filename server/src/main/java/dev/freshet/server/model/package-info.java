/**
 * The model that answers now. Records of the topic {@code models} come in on the follower's own thread; verified,
 * warmed-up versions go out through {@link dev.freshet.server.model.ServedModel}, which any thread may lease from.
 * A version is closed when it was replaced and nobody scores with it any more.
 */
@NullMarked
package dev.freshet.server.model;

import org.jspecify.annotations.NullMarked;
