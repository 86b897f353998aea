package dev.freshet.server.api;

/**
 * One output that a request asks for.
 *
 * @param name of one of {@link Output}
 * @param classification the most probable classes to be named instead of the tensor, as Triton's classification extension
 *     has it; 0 for the tensor
 * @param raw whether it is to travel as little-endian bytes
 */
public record RequestedOutput(String name, int classification, boolean raw) {
    /** @throws RefusedException if the number of classes is negative */
    public static RequestedOutput of(String name, long classification, boolean raw) throws RefusedException {
        if (classification < 0) {
            throw RefusedException.invalid("output \"" + name + "\" asks for " + classification + " classes");
        }
        return new RequestedOutput(name, (int) Math.min(classification, Integer.MAX_VALUE), raw);
    }
}
