/**
 * Unary requests to the server over gRPC and REST, beside an echo on the same stack, and while versions are published. The
 * server runs in a child process; broker, publisher and callers run in this one. Figures go out as rows.
 */
@NullMarked
package dev.freshet.bench.serving;

import org.jspecify.annotations.NullMarked;
