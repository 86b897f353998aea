package dev.freshet.bench.scoring;

import java.nio.file.Path;

/**
 * What {@link ServingRecoveryBenchmark} is to do.
 *
 * @param requests in the topic, at least 1 000
 * @param kills of the server, at least 1
 * @param seed decides when it is killed
 * @param data folder of data sets
 */
public record ServingRecoveryOptions(int requests, int kills, long seed, Path data) {
    public ServingRecoveryOptions {
        if (requests < 1_000 || kills < 1) {
            throw new IllegalArgumentException(
                    "--requests must be at least 1000 and --kills at least 1, were " + requests + " and " + kills);
        }
    }
}
