package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
    @Test
    void writesTheNamesThatScriptsRead(@TempDir Path folder) throws Exception {
        // Given
        Summary summary = new Summary(
                "2 × a processor",
                List.of(
                        Row.against("train c", 900, "images/s", 300, "libtorch, fused-1 (MKL)"),
                        Row.alone("train d", 50, "images/s")));
        Path file = folder.resolve("new/out.json");

        // When
        summary.write(file);

        // Then
        JsonNode expected = new ObjectMapper().readTree("""
                {
                  "machine": "2 × a processor",
                  "rows": [
                    {"name": "train c", "value": 900.0, "unit": "images/s", "baseline": 300.0,
                     "baseline_name": "libtorch, fused-1 (MKL)", "ratio": 3.0},
                    {"name": "train d", "value": 50.0, "unit": "images/s", "baseline": null,
                     "baseline_name": null, "ratio": null}
                  ]
                }
                """);
        assertThat(new ObjectMapper().readTree(Files.readString(file))).isEqualTo(expected);
    }

    @Test
    void aBaselineOfNothingIsAMistake() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Row.against("train c", 900, "images/s", 0, "libtorch"))
                .withMessageContaining("train c")
                .withMessageContaining("libtorch");
    }

    @Test
    void namesTheProcessorsAndTheJavaVersion() {
        assertThat(Machine.description())
                .startsWith(Runtime.getRuntime().availableProcessors() + " × ")
                .contains("GiB")
                .endsWith("Java " + Runtime.version());
    }
}
