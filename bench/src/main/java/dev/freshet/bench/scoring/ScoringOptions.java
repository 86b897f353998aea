package dev.freshet.bench.scoring;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link ScoringBenchmark} is to do.
 *
 * @param requests in the topic, at least 1 000
 * @param rounds in each of which both sides have their turn, at least 1
 * @param data folder of data sets
 */
public record ScoringOptions(int requests, int rounds, List<Guarantee> guarantees, Path data) {
    public ScoringOptions {
        guarantees = List.copyOf(guarantees);
        if (requests < 1_000) {
            throw new IllegalArgumentException("--requests must be at least 1000, was " + requests);
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1, was " + rounds);
        }
    }
}
