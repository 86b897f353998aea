package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JmhIT {
    @Test
    void handsOnWhatIsForJmhAndCountsBytes(@TempDir Path folder) throws Exception {
        // Given
        Path results = folder.resolve("results.json");

        // When
        int exitCode = Main.commandLine()
                .execute(
                        "jmh",
                        "--",
                        "DecodedRecord",
                        "-f",
                        "0",
                        "-wi",
                        "0",
                        "-i",
                        "1",
                        "-r",
                        "100ms",
                        "-rf",
                        "json",
                        "-rff",
                        results.toString());

        // Then
        assertThat(exitCode).isZero();
        JsonNode result = new ObjectMapper().readTree(Files.readString(results)).get(0);
        assertThat(result.get("benchmark").asText()).endsWith("DecodedRecord.decode");
        assertThat(result.at("/primaryMetric/score").asDouble()).isPositive();
        assertThat(result.get("secondaryMetrics")
                        .get("gc.alloc.rate.norm")
                        .get("score")
                        .asDouble())
                .isPositive();
    }
}
