package dev.freshet.bench.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What {@link EngineBenchmark} is to do.
 *
 * @param trained configurations that are trained
 * @param scored configurations that score, in batches of 1, 32 and 256
 * @param rounds in each of which every contender has its turn, at least 1
 * @param seconds of one turn, more than 0
 * @param threads that a contender may use at most, at least 1
 * @param skipped contenders that are left out: {@code libtorch}, {@code dl4j}
 * @param data folder of data sets
 */
public record EngineOptions(
        List<Configuration> trained,
        List<Configuration> scored,
        int rounds,
        double seconds,
        int threads,
        Set<String> skipped,
        Path data) {
    public EngineOptions {
        trained = List.copyOf(trained);
        scored = List.copyOf(scored);
        skipped = Set.copyOf(skipped);
        require(rounds >= 1, "--rounds must be at least 1, was " + rounds);
        require(seconds > 0, "--seconds must be more than 0, was " + seconds);
        require(threads >= 1, "--threads must be at least 1, was " + threads);
        require(
                Set.of("libtorch", "dl4j").containsAll(skipped),
                "--skip must name libtorch or dl4j, was " + String.join(",", skipped));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
