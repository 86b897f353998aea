package dev.freshet.server.api;

import java.util.List;

/**
 * A question to the model, from any transport.
 *
 * @param model its name
 * @param version number or label; empty for whichever the server chooses
 * @param id returned with the answer, and what decides whether the canary gives it; empty for none
 * @param outputs in the order in which they are sent; empty for the usual ones
 * @param rawOutputs how outputs travel where the request names none
 * @param deadlineNanos of {@link System#nanoTime}; past it nobody waits for the answer
 */
public record InferenceRequest(
        String model,
        String version,
        String id,
        List<InputTensor> inputs,
        List<RequestedOutput> outputs,
        boolean rawOutputs,
        long deadlineNanos) {
    public InferenceRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
