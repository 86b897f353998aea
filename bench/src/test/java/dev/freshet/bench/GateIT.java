package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateIT {
    @Test
    void everyGatePublishesWhatIsLearnedEarlyAndTheStrictOnesLessOfWhatIsEqual(@TempDir Path folder) throws Exception {
        // When
        Map<String, Double> figures = CommandRun.of(folder, "gate", "--records", "7000", "--windows", "1")
                .values();

        // Then
        assertThat(figures).hasSize(40);
        assertThat(figures).containsEntry("min-improvement 0.0, min-confidence 0.0, published", 3.0);
        assertThat(figures).containsEntry("min-improvement 0.001, min-confidence 0.99, published", 3.0);
        assertThat(figures.get("min-improvement 0.0, min-confidence 0.99, A/A published"))
                .isLessThan(figures.get("min-improvement 0.0, min-confidence 0.0, A/A published"));
    }
}
