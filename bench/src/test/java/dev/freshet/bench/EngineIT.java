package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's benchmark as the command runs it, without the sources beside it that libtorch's peer is built from. */
class EngineIT {
    @Test
    void comparesWithWhoIsThereAndSaysWhoIsNot(@TempDir Path folder) throws Exception {
        // Given
        Path plot = folder.resolve("out.svg");

        // When
        CommandRun run = CommandRun.of(
                folder, "engine", "--configs", "c", "--rounds", "1", "--seconds", "0.2", "--plot", plot.toString());

        // Then
        assertThat(run.out())
                .contains("libtorch is skipped: its sources, bench/peers/libtorch, are not at hand")
                .containsPattern("train c: 784-16-10, mini-batch 20, adam, .*MNIST")
                .containsPattern("loss \\d\\.\\d+ after 20 steps without dropout")
                .containsPattern("DL4J differs by \\d\\.\\de-0\\d at most");
        JsonNode rows = run.rows();
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get("name").asText()).isEqualTo("train c");
        assertThat(rows.get(0).get("baseline").isNull()).isTrue();
        assertThat(rows.get(1).get("name").asText()).isEqualTo("train c, DL4J");
        assertThat(rows.get(1).get("ratio").asDouble())
                .isEqualTo(rows.get(1).get("value").asDouble()
                        / rows.get(1).get("baseline").asDouble());
        assertThat(Files.readString(plot)).contains("train c, DL4J");
    }
}
