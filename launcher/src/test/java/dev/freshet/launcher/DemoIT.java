package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import picocli.CommandLine;

/** The whole loop in this JVM: what a user's first command does. */
class DemoIT {
    @TempDir
    private Path folder;

    @Test
    void learnsDigitsAndTestsTheServedModel() throws Exception {
        // When
        JsonNode summary = demo("--records", "12000");

        // Then
        assertThat(summary.get("records_ingested").asLong()).isEqualTo(12_000);
        assertEveryRecordIsAccountedFor(summary);
        assertThat(summary.get("test_total").asLong()).isEqualTo(5_000);
        assertThat(summary.get("test_accuracy").asDouble()).isGreaterThan(0.85);
        assertThat(summary.get("epochs").isNull())
                .as("an endless stream has no epochs")
                .isTrue();
    }

    @Test
    void learnsMnistInOnePass() throws Exception {
        // Given
        Path data = Path.of(System.getenv().getOrDefault("FRESHET_DATA", "../../shared/data"))
                .resolve("mnist");
        assumeTrue(
                Files.isDirectory(data),
                "no MNIST in " + data.toAbsolutePath().normalize() + "; FRESHET_DATA names another folder");

        // When
        JsonNode summary = demo("--data", "idx:" + data, "--epochs", "1");

        // Then
        assertThat(summary.get("records_ingested").asLong()).isEqualTo(60_000);
        assertEveryRecordIsAccountedFor(summary);
        assertThat(summary.get("test_total").asLong()).isEqualTo(10_000);
        assertThat(summary.get("test_accuracy").asDouble()).isGreaterThanOrEqualTo(0.96);
        assertThat(summary.get("epochs").asInt()).isEqualTo(1);
    }

    @Test
    void learnsWhatADriftMakesOfTheStreamAndIsTestedOnWhatItWas() throws Exception {
        // When
        JsonNode summary = demo("--records", "8000", "--drift", "label-swap:3,5@0");

        // Then
        JsonNode classes = summary.get("per_class");
        for (int label = 0; label < 10; label++) {
            double right = classes.get(label).get("correct").asDouble()
                    / classes.get(label).get("total").asDouble();
            if (label == 3 || label == 5) {
                assertThat(right).as("%d, which was called otherwise", label).isLessThan(0.3);
            } else {
                assertThat(right).as("%d", label).isGreaterThan(0.6);
            }
        }
    }

    private static void assertEveryRecordIsAccountedFor(JsonNode summary) {
        long outcomes = summary.get("records_trained").asLong()
                + summary.get("records_held_out").asLong()
                + summary.get("records_dead_lettered").asLong();
        assertThat(outcomes).isEqualTo(summary.get("records_ingested").asLong());
        assertThat(summary.get("records_dead_lettered").asLong()).isZero();
        assertThat(summary.get("versions_published").asLong()).isGreaterThanOrEqualTo(3);
        assertThat(summary.get("served_version").asLong())
                .isEqualTo(summary.get("versions_published").asLong());
        assertThat(summary.get("predictions").asLong())
                .isEqualTo(summary.get("test_total").asLong());
        long correct = 0;
        for (JsonNode figures : summary.get("per_class")) {
            correct += figures.get("correct").asLong();
        }
        assertThat(summary.get("test_correct").asLong()).isEqualTo(correct);
        assertThat(summary.get("test_accuracy").asDouble())
                .isCloseTo((double) correct / summary.get("test_total").asLong(), within(1e-12));
    }

    private JsonNode demo(String... options) throws Exception {
        Path summary = folder.resolve("summary.json");
        List<String> arguments = new ArrayList<>(List.of("demo"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--headless", "--exit-when-done", "--summary", summary.toString()));
        StringWriter out = new StringWriter();
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute(arguments.toArray(String[]::new)))
                .as("%s", out)
                .isZero();
        return new ObjectMapper().readTree(Files.readAllBytes(summary));
    }
}
