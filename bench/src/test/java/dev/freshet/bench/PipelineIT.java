package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline's benchmark as the command runs it, on a machine without PyTorch. */
class PipelineIT {
    @Test
    void comparesTheTrainerWithTheBareEngine(@TempDir Path folder) throws Exception {
        // When
        CommandRun run = CommandRun.of(
                folder, "pipeline", "--configs", "c", "--records", "50000", "--rounds", "1", "--seconds", "0.1");

        // Then
        assertThat(run.out()).contains("the PyTorch consumer is skipped: its script");
        JsonNode rows = run.rows();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("name").asText()).isEqualTo("pipeline c, gate off");
        assertThat(rows.get(1).get("name").asText()).isEqualTo("pipeline c, gate on");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("value").asDouble()).isPositive();
            assertThat(row.get("baseline_name").asText()).isEqualTo("bare engine");
        });
    }
}
