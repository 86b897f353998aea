package dev.freshet.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.testkit.IdxFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Recipes through a real broker. */
class RecipeIT {
    private final StringWriter out = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void learnsCirclesAndTestsTheServedModel() throws Exception {
        // When
        JsonNode summary = run("circles", "--epochs", "40");

        // Then
        assertThat(summary.get("records_ingested").asLong()).isEqualTo(900);
        assertThat(summary.get("records_trained").asLong()).isEqualTo(800);
        assertThat(summary.get("records_held_out").asLong()).isEqualTo(100);
        assertThat(summary.get("epochs").asInt()).isEqualTo(40);
        assertThat(summary.get("steps").asLong()).isEqualTo(40 * 25);
        assertThat(summary.get("versions_published").asLong()).isPositive();
        assertThat(summary.get("test_total").asLong()).isEqualTo(100);
        assertThat(summary.get("test_accuracy").asDouble()).isGreaterThan(0.93);
        assertThat(out.toString()).contains("epoch 40: training loss").contains("Test accuracy of inside: ");
    }

    @Test
    void takesImagesOfAnotherSizeWithOtherClasses() throws Exception {
        // Given
        Path data = Files.createDirectory(folder.resolve("data"));
        writeStripes(data, "train", 1_500, 1);
        writeStripes(data, "t10k", 300, 2);

        // When
        JsonNode summary = run("mnist-16", "--data", data.toString(), "--epochs", "8");

        // Then
        assertThat(summary.get("records_ingested").asLong()).isEqualTo(1_560);
        assertThat(summary.get("records_held_out").asLong())
                .as("fewer than a stream would need")
                .isEqualTo(60);
        assertThat(summary.get("test_total").asLong()).isEqualTo(240);
        assertThat(summary.get("test_accuracy").asDouble()).isGreaterThan(0.95);
        assertThat(summary.get("served_version").asLong())
                .isEqualTo(summary.get("versions_published").asLong());
        assertThat(summary.get("per_class")).hasSize(16);
        // The gate keeps the lowest validation loss, which is that of the version that is served.
        assertThat(summary.get("holdout_loss").asDouble()).isCloseTo(lowestValidationLoss(), within(1e-4));
    }

    /** 16 × 16 pixels, of 16 classes, each with its own bright line among noise. */
    private static void writeStripes(Path data, String prefix, int count, long seed) throws Exception {
        Random random = new Random(seed);
        byte[][] images = new byte[count][256];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(16);
            for (int pixel = 0; pixel < 256; pixel++) {
                images[i][pixel] = (byte) (random.nextInt(60) + (pixel / 16 == labels[i] ? 150 : 0));
            }
        }
        IdxFiles.write(data, prefix, images, 16, 16, labels, true);
    }

    private double lowestValidationLoss() {
        double lowest = Double.POSITIVE_INFINITY;
        for (String line : out.toString().lines().toList()) {
            int at = line.indexOf("validation loss ");
            if (at >= 0) {
                lowest = Math.min(lowest, Double.parseDouble(line.substring(at + 16, line.indexOf(',', at))));
            }
        }
        return lowest;
    }

    private JsonNode run(String... arguments) throws Exception {
        Path summary = folder.resolve("summary.json");
        List<String> all = new ArrayList<>(List.of("recipe", "run"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--summary", summary.toString()));
        CommandLine commandLine = Main.commandLine().setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute(all.toArray(String[]::new)))
                .as("%s", out)
                .isZero();
        return new ObjectMapper().readTree(Files.readAllBytes(summary));
    }
}
