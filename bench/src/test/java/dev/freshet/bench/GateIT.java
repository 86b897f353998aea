package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateIT {
    @Test
    void everyGatePublishesWhatIsLearnedEarlyAndTheStrictOnesLessOfWhatIsEqual(@TempDir Path folder) throws Exception {
        // Given
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path summary = folder.resolve("out.json");

        // When
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("gate", "--records", "7000", "--windows", "1", "--summary", summary.toString());

        // Then
        assertThat(exitCode).as(out + "\n" + err).isZero();
        Map<String, Double> figures = new HashMap<>();
        for (JsonNode row :
                new ObjectMapper().readTree(Files.readString(summary)).get("rows")) {
            figures.put(row.get("name").asText(), row.get("value").asDouble());
        }
        assertThat(figures).hasSize(40);
        assertThat(figures).containsEntry("min-improvement 0.0, min-confidence 0.0, published", 3.0);
        assertThat(figures).containsEntry("min-improvement 0.001, min-confidence 0.99, published", 3.0);
        assertThat(figures.get("min-improvement 0.0, min-confidence 0.99, A/A published"))
                .isLessThan(figures.get("min-improvement 0.0, min-confidence 0.0, A/A published"));
    }
}
