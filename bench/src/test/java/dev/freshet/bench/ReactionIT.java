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

class ReactionIT {
    @Test
    void findsTheDriftsOfDigitsThatANetworkLearns(@TempDir Path folder) throws Exception {
        // Given
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path summary = folder.resolve("out.json");

        // When
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("reaction", "--records", "10000", "--optimizers", "adam", "--summary", summary.toString());

        // Then
        assertThat(exitCode).as(out + "\n" + err).isZero();
        Map<String, Double> figures = new HashMap<>();
        for (JsonNode row :
                new ObjectMapper().readTree(Files.readString(summary)).get("rows")) {
            figures.put(row.get("name").asText(), row.get("value").asDouble());
        }
        assertThat(figures.get("adam 0.002, rotation:90@5000, none, found after"))
                .isBetween(1.0, 200.0);
        assertThat(figures.get("adam 0.002, inversion@5000, rewarm, found after"))
                .isBetween(1.0, 200.0);
        assertThat(figures).doesNotContainKey("adam 0.002, no drift, none, found after");
    }
}
