package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.bench.recovery.RecoveryBenchmark;
import dev.freshet.bench.recovery.RecoveryOptions;
import dev.freshet.bench.report.Row;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryIT {
    @Test
    void endsWithTheSameBitsThoughItWasKilledTwentyTimes(@TempDir Path folder) throws Exception {
        // Given
        RecoveryOptions options = new RecoveryOptions(20, 20_000, 7, folder.resolve("no data"));
        RecoveryBenchmark benchmark =
                new RecoveryBenchmark(options, folder.resolve("run"), new PrintWriter(Writer.nullWriter()));

        // When
        List<Row> rows = benchmark.run();

        // Then
        assertThat(benchmark.isFlawless()).as("%s", rows).isTrue();
        assertThat(rows).extracting(Row::name).contains("recovery hashes equal", "recovery, 4 partitions skipped");
        assertThat(rows)
                .filteredOn(row -> row.name().equals("recovery versions"))
                .allSatisfy(row -> assertThat(row.value()).isGreaterThan(2));
    }
}
