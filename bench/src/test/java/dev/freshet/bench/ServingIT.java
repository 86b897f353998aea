package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmarks of single requests run and say what they have to say; figures of such short turns mean nothing. */
class ServingIT {
    @TempDir
    private Path folder;

    @Test
    void everyPathStandsBesideAnEcho() throws Exception {
        // When
        CommandRun run = CommandRun.of(
                folder, "grpc", "--callers", "4", "--rounds", "1", "--seconds", "0.05", "--requests", "2000");

        // Then
        assertThat(run.values().keySet())
                .containsExactly(
                        "gRPC, requests",
                        "gRPC, CPU time",
                        "gRPC, p50",
                        "gRPC, p99",
                        "REST, binary, requests",
                        "REST, binary, CPU time",
                        "REST, binary, p50",
                        "REST, binary, p99",
                        "REST, binary beside bytes, requests",
                        "REST, binary beside bytes, CPU time",
                        "REST, JSON, requests",
                        "REST, JSON, CPU time",
                        "REST, JSON, p50",
                        "REST, JSON, p99",
                        "REST, JSON beside bytes, requests",
                        "REST, JSON beside bytes, CPU time",
                        "Kafka, requests",
                        "Kafka, p50",
                        "Kafka, p99");
        for (JsonNode row : run.rows()) {
            assertThat(row.get("baseline_name").asText())
                    .isEqualTo(
                            row.get("name").asText().contains("beside bytes")
                                    ? "echo that reads no body"
                                    : "echo on the same stack");
            assertThat(row.get("ratio").asDouble()).isPositive();
        }
    }

    @Test
    void swapsFailNoRequest() throws Exception {
        // When
        CommandRun run =
                CommandRun.of(folder, "swap", "--rate", "50", "--versions", "10", "--rounds", "1", "--seconds", "0.5");

        // Then
        assertThat(run.values().keySet())
                .containsExactly(
                        "failed requests",
                        "versions published",
                        "p50 with swaps",
                        "p99 with swaps",
                        "p50 with swaps, beside as much publishing",
                        "p99 with swaps, beside as much publishing",
                        "commit to first answer, p50",
                        "commit to first answer, p99");
        assertThat(run.values().get("failed requests")).isZero();
        assertThat(run.values().get("versions published")).isPositive();
    }
}
