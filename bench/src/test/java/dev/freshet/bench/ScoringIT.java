package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark itself requires that both sides answer every request, and answer the same. */
class ScoringIT {
    @Test
    void bothSidesAnswerEveryRequestInTheSameWay(@TempDir Path folder) throws Exception {
        // When
        CommandRun run = CommandRun.of(folder, "scoring", "--requests", "2000", "--rounds", "1");

        // Then
        assertThat(run.out())
                .contains("exactly-once: both answer every request", "at-least-once: both answer every request");
        JsonNode rows = run.rows();
        assertThat(rows).hasSize(2);
        assertRow(rows.get(0), "requests, exactly-once", "Kafka Streams + ONNX Runtime, exactly_once_v2");
        assertRow(rows.get(1), "requests, at-least-once", "Kafka Streams + ONNX Runtime, at_least_once");
    }

    private static void assertRow(JsonNode row, String name, String baseline) {
        assertThat(row.get("name").asText()).isEqualTo(name);
        assertThat(row.get("baseline_name").asText()).isEqualTo(baseline);
        assertThat(row.get("value").asDouble()).isPositive();
        assertThat(row.get("baseline").asDouble()).isPositive();
    }
}
