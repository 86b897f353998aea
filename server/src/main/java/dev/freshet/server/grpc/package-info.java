/**
 * The Open Inference Protocol v2 over gRPC, with the standard health and reflection services and a route for single
 * pictures beside it, which answers by the same means.
 * Requests come in on Armeria's event loops and are read, scored and answered on a bounded pool of threads.
 * The only package that imports gRPC.
 */
@NullMarked
package dev.freshet.server.grpc;

import org.jspecify.annotations.NullMarked;
