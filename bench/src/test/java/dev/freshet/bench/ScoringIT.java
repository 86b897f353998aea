package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark itself requires that both sides answer every request, and answer the same. */
class ScoringIT {
    @Test
    void bothSidesAnswerEveryRequestInTheSameWay(@TempDir Path folder) throws Exception {
        // Given
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path summary = folder.resolve("out.json");

        // When
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("scoring", "--requests", "2000", "--rounds", "1", "--summary", summary.toString());

        // Then
        assertThat(exitCode).as(out + "\n" + err).isZero();
        assertThat(out.toString())
                .contains("exactly-once: both answer every request", "at-least-once: both answer every request");
        JsonNode rows = new ObjectMapper().readTree(Files.readString(summary)).get("rows");
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
