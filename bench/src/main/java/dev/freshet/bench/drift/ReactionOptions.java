package dev.freshet.bench.drift;

import java.nio.file.Path;
import java.util.List;

/**
 * What {@link ReactionBenchmark} is to do.
 *
 * @param dataSets of {@code digits} and {@code mnist}
 * @param scenarios names of {@link Upheaval}s
 * @param reactions names of {@link Setting}s
 * @param optimizer {@code adam} or {@code sgd}
 * @param driftAt records before the drift, at least 5000
 * @param records of each stream, at least 2000 more
 * @param seeds how many runs each figure is the median of, at least 1
 * @param data folder of data sets
 */
public record ReactionOptions(
        List<String> dataSets,
        List<String> scenarios,
        List<String> reactions,
        String optimizer,
        int driftAt,
        int records,
        int seeds,
        Path data) {
    public ReactionOptions {
        dataSets = List.copyOf(dataSets);
        scenarios = List.copyOf(scenarios);
        reactions = List.copyOf(reactions);
        if (driftAt < 5_000 || records < driftAt + 2_000 || seeds < 1) {
            throw new IllegalArgumentException(
                    "--drift-at must be at least 5000, --records at least 2000 more and --seeds at least 1, were "
                            + driftAt + ", " + records + " and " + seeds);
        }
    }
}
