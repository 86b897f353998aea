package dev.freshet.bench.serving;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How unary requests are measured.
 *
 * @param callers that ask at the same time, each again as soon as it was answered
 * @param rounds turns of each side, at least 1
 * @param length of a turn
 * @param data folder of data sets; need not exist
 */
public record UnaryOptions(int callers, int rounds, Duration length, Path data) {
    public UnaryOptions {
        if (callers < 1 || rounds < 1 || length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("callers and rounds must be at least 1, seconds at least 0.001");
        }
    }
}
