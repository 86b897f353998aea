package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReactionIT {
    @Test
    void findsTheDriftsOfDigitsThatANetworkLearns(@TempDir Path folder) throws Exception {
        // When
        Map<String, Double> figures = CommandRun.of(folder, "reaction", "--records", "10000", "--optimizers", "adam")
                .values();

        // Then
        assertThat(figures.get("adam 0.002, rotation:90@5000, none, found after"))
                .isBetween(1.0, 200.0);
        assertThat(figures.get("adam 0.002, inversion@5000, rewarm, found after"))
                .isBetween(1.0, 200.0);
        assertThat(figures).doesNotContainKey("adam 0.002, no drift, none, found after");
    }
}
