package dev.freshet.bench.pipeline;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.engine.DataSet;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PipelineBenchmark} is to do.
 *
 * @param configurations that learn MNIST, which is what the topic holds
 * @param records in the topic, at least 50 000
 * @param rounds in each of which everyone has a turn, at least 1
 * @param seconds of one turn, more than 0
 * @param config file whose section {@code trainer} applies; null for the defaults
 * @param data folder of data sets
 */
public record PipelineOptions(
        List<Configuration> configurations,
        int records,
        int rounds,
        double seconds,
        @Nullable Path config,
        Path data) {
    public PipelineOptions {
        configurations = List.copyOf(configurations);
        configurations.forEach(configuration -> require(
                configuration.data() == DataSet.MNIST,
                "--configs must name nets for MNIST, was " + configuration.name()));
        require(records >= 50_000, "--records must be at least 50000, was " + records);
        require(rounds >= 1, "--rounds must be at least 1, was " + rounds);
        require(seconds > 0, "--seconds must be more than 0, was " + seconds);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
