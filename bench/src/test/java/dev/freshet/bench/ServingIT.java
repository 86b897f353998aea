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

/** That the benchmarks of single requests run and say what they have to say; figures of such short turns mean nothing. */
class ServingIT {
    @TempDir
    private Path folder;

    @Test
    void everyPathStandsBesideAnEcho() throws Exception {
        // When
        JsonNode rows = rowsOf("grpc", "--callers", "4", "--rounds", "1", "--seconds", "1", "--requests", "2000");

        // Then
        assertThat(names(rows))
                .containsExactly(
                        "gRPC, requests",
                        "gRPC, p50",
                        "gRPC, p99",
                        "REST, binary, requests",
                        "REST, binary, p50",
                        "REST, binary, p99",
                        "REST, JSON, requests",
                        "REST, JSON, p50",
                        "REST, JSON, p99",
                        "Kafka, requests",
                        "Kafka, p50",
                        "Kafka, p99");
        for (JsonNode row : rows) {
            assertThat(row.get("baseline_name").asText()).isEqualTo("echo on the same stack");
            assertThat(row.get("ratio").asDouble()).isPositive();
        }
    }

    @Test
    void swapsFailNoRequest() throws Exception {
        // When
        JsonNode rows = rowsOf("swap", "--rate", "50", "--versions", "5", "--rounds", "1", "--seconds", "2");

        // Then
        assertThat(names(rows))
                .containsExactly(
                        "failed requests",
                        "versions published",
                        "p50 with swaps",
                        "p99 with swaps",
                        "commit to first answer, p50",
                        "commit to first answer, p99");
        assertThat(rows.get(0).get("value").asDouble()).isZero();
        assertThat(rows.get(1).get("value").asDouble()).isPositive();
    }

    private JsonNode rowsOf(String... command) throws Exception {
        StringWriter out = new StringWriter();
        Path summary = folder.resolve("out.json");
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--summary", summary.toString()));
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments.toArray(String[]::new));
        assertThat(exitCode).as(out.toString()).isZero();
        return new ObjectMapper().readTree(Files.readString(summary)).get("rows");
    }

    private static List<String> names(JsonNode rows) {
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.get("name").asText()));
        return names;
    }
}
