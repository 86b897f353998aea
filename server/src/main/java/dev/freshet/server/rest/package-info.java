/**
 * The Open Inference Protocol v2 over HTTP, in JSON and with Triton's binary tensors, and a route for single pictures.
 * Bodies come in and go out on Armeria's event loops, large ones are read on its blocking pool; in between they are
 * values of {@link dev.freshet.server.api}.
 */
@NullMarked
package dev.freshet.server.rest;

import org.jspecify.annotations.NullMarked;
