package dev.freshet.bench.serving;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How swaps are measured.
 *
 * @param rate requests a second
 * @param versions published a second
 * @param rounds turns with and without swaps, at least 1
 * @param length of a turn
 * @param data folder of data sets; need not exist
 */
public record SwapOptions(int rate, int versions, int rounds, Duration length, Path data) {
    public SwapOptions {
        if (rate < 1 || versions < 1 || rounds < 1 || length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("rate, versions and rounds must be at least 1, seconds at least 0.001");
        }
    }
}
