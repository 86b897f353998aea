/**
 * The Open Inference Protocol v2 over gRPC, with the standard health and reflection services.
 * Messages come in and go out on Armeria's event loops; in between they are values of
 * {@link dev.freshet.server.api}. The only package that imports gRPC.
 */
@NullMarked
package dev.freshet.server.grpc;

import org.jspecify.annotations.NullMarked;
