/**
 * What may be asked of the model, without a transport: the Open Inference Protocol v2 as values. An
 * {@link dev.freshet.server.api.InferenceRequest} comes in from a codec on whichever thread it has, an
 * {@link dev.freshet.server.api.Answer} or a refusal goes out on the thread that scored.
 */
@NullMarked
package dev.freshet.server.api;

import org.jspecify.annotations.NullMarked;
