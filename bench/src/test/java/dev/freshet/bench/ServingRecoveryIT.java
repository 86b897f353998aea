package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.freshet.bench.report.Row;
import dev.freshet.bench.scoring.ServingRecoveryBenchmark;
import dev.freshet.bench.scoring.ServingRecoveryOptions;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingRecoveryIT {
    @Test
    void everyRequestIsAnsweredOnceThoughTheServerWasKilledTwice(@TempDir Path folder) throws Exception {
        // Given
        ServingRecoveryOptions options = new ServingRecoveryOptions(40_000, 2, 7, folder.resolve("no data"));
        ServingRecoveryBenchmark benchmark =
                new ServingRecoveryBenchmark(options, folder.resolve("run"), new PrintWriter(Writer.nullWriter()));

        // When
        List<Row> rows = benchmark.run();

        // Then
        assertThat(benchmark.isFlawless()).as("%s", rows).isTrue();
        assertThat(rows)
                .extracting(Row::name, Row::value)
                .contains(tuple("answers", 40_000.0), tuple("missing", 0.0), tuple("twice", 0.0));
    }
}
