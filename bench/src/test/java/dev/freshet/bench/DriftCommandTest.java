package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftCommandTest {
    @Test
    void measuresEveryDetector(@TempDir Path folder) throws Exception {
        // Given
        StringWriter out = new StringWriter();
        Path summary = folder.resolve("out.json");

        // When
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .execute("drift", "--examples", "10000", "--runs", "3", "--summary", summary.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .contains("adwin: ", "page-hinkley: ", "false alarms in a million examples, of 10,000");
        List<String> names = new ArrayList<>();
        for (JsonNode row :
                new ObjectMapper().readTree(Files.readString(summary)).get("rows")) {
            names.add(row.get("name").asText());
            assertThat(row.get("value").asDouble()).isNotNegative();
        }
        assertThat(names)
                .hasSize(36)
                .contains(
                        "adwin, false alarms at 0.3",
                        "page-hinkley, delay at 0.05 to 0.3",
                        "adwin, delay at 0.1 to 0.2");
    }
}
