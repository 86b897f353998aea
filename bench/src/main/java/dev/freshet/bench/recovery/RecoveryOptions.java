package dev.freshet.bench.recovery;

import java.nio.file.Path;

/**
 * What {@link RecoveryBenchmark} is to do.
 *
 * @param kills of the trainer of one partition; a fifth as many of the one of four; at least 1
 * @param records in each topic, at least 1000
 * @param seed decides when the trainer is killed
 * @param data folder of data sets
 */
public record RecoveryOptions(int kills, int records, long seed, Path data) {
    public RecoveryOptions {
        if (kills < 1 || records < 1_000) {
            throw new IllegalArgumentException(
                    "--kills must be at least 1 and --records at least 1000, were " + kills + " and " + records);
        }
    }
}
