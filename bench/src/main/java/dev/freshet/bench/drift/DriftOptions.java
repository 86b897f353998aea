package dev.freshet.bench.drift;

/**
 * What {@link DriftBenchmark} is to do.
 *
 * @param examples of each stream without drift, at least 10 000
 * @param runs of each stream with drift, each with a seed of its own, at least 1
 */
public record DriftOptions(long examples, int runs) {
    public DriftOptions {
        if (examples < 10_000) {
            throw new IllegalArgumentException("--examples must be at least 10000, was " + examples);
        }
        if (runs < 1) {
            throw new IllegalArgumentException("--runs must be at least 1, was " + runs);
        }
    }
}
