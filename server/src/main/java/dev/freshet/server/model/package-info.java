/**
 * The versions that are loaded. Records of the topics {@code models} and {@code serving} come in on the follower's own
 * thread; verified, warmed-up versions go out through {@link dev.freshet.server.model.ServedModel}, which any thread may
 * lease from. A version is closed when nothing has a use for it and nobody scores with it any more.
 */
@NullMarked
package dev.freshet.server.model;

import org.jspecify.annotations.NullMarked;
