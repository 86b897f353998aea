package dev.freshet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReactionIT {
    @TempDir
    private Path folder;

    @Test
    void findsTheDriftsOfDigitsThatATrainerLearnsAndNoneWhereThereIsNone() throws Exception {
        // When
        Map<String, Double> figures =
                figures(5_000, 9_000, "--scenarios", "rotation,inversion", "--reactions", "none,rewarm");

        // Then
        assertThat(figures.get("digits, adam, rotation, none, found after")).isBetween(1.0, 200.0);
        assertThat(figures.get("digits, adam, inversion, none, found after")).isBetween(1.0, 200.0);
        assertThat(figures.get("digits, adam, rotation, rewarm, more errors")).isGreaterThan(100.0);
        assertThat(figures.get("digits, adam, alarms without drift")).isZero();
    }

    @Test
    void learnsInMemoryToTheLastBitWhatIngestAndATrainerLearnThroughKafka() throws Exception {
        // When
        Map<String, Double> figures = figures(
                5_000,
                7_000,
                "--scenarios",
                "label-swap",
                "--reactions",
                "none,rewarm,reset-optimizer,replay,replay-less",
                "--through-kafka");

        // Then
        for (String reaction : List.of("none", "rewarm", "reset-optimizer", "replay", "replay-less")) {
            assertThat(figures.get("through Kafka, label-swap, " + reaction + ", hashes equal"))
                    .as(reaction)
                    .isEqualTo(1.0);
        }
    }

    private Map<String, Double> figures(int driftAt, int records, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("reaction", "--data-set", "digits", "--seeds", "1"));
        all.addAll(List.of("--drift-at", Integer.toString(driftAt), "--records", Integer.toString(records)));
        all.addAll(List.of(options));
        return CommandRun.of(folder, all.toArray(String[]::new)).values();
    }
}
