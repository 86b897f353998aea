package dev.freshet.launcher;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.core.evaluation.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --summary FILE} writes: one JSON object whose names are fixed, since scripts read them. A figure that a run
 * has no data for is null, never 0.
 */
@JsonNaming(SnakeCaseStrategy.class)
record Summary(
        @Nullable Long recordsIngested,
        @Nullable Long recordsTrained,
        @Nullable Long recordsHeldOut,
        @Nullable Long recordsDeadLettered,
        @Nullable Integer epochs,
        @Nullable Long steps,
        @Nullable Long versionsPublished,
        @Nullable Long servedVersion,
        @Nullable Double holdoutLoss,
        @Nullable Double holdoutAccuracy,
        @Nullable Double testLoss,
        @Nullable Double testAccuracy,
        @Nullable Long testCorrect,
        @Nullable Long testTotal,
        @Nullable List<ClassFigures> perClass,
        @Nullable Double prequentialAccuracy,
        @Nullable Long predictions,
        @Nullable Double trainExamplesPerSecond,
        @Nullable Double wallSeconds) {
    /** How the test images of one class did. */
    @JsonNaming(SnakeCaseStrategy.class)
    record ClassFigures(
            @com.fasterxml.jackson.annotation.JsonProperty("class")
            String name,

            long correct,
            long total) {
        static List<ClassFigures> of(List<String> classes, Tally tally) {
            List<ClassFigures> figures = new ArrayList<>();
            for (int i = 0; i < classes.size(); i++) {
                figures.add(new ClassFigures(classes.get(i), tally.correct(i), tally.total(i)));
            }
            return figures;
        }
    }

    void write(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(
                file,
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
    }
}
