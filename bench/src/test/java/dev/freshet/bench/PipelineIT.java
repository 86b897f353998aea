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

/** The pipeline's benchmark as the command runs it, on a machine without PyTorch. */
class PipelineIT {
    @Test
    void comparesTheTrainerWithTheBareEngine(@TempDir Path folder) throws Exception {
        // Given
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path summary = folder.resolve("out.json");

        // When
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "pipeline",
                        "--configs",
                        "c",
                        "--records",
                        "50000",
                        "--rounds",
                        "1",
                        "--seconds",
                        "0.1",
                        "--summary",
                        summary.toString());

        // Then
        assertThat(exitCode).as(out + "\n" + err).isZero();
        assertThat(out.toString()).contains("the PyTorch consumer is skipped: its script");
        JsonNode rows = new ObjectMapper().readTree(Files.readString(summary)).get("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("name").asText()).isEqualTo("pipeline c, gate off");
        assertThat(rows.get(1).get("name").asText()).isEqualTo("pipeline c, gate on");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("value").asDouble()).isPositive();
            assertThat(row.get("baseline_name").asText()).isEqualTo("bare engine");
        });
    }
}
