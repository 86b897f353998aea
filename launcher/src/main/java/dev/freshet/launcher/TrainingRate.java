package dev.freshet.launcher;

import dev.freshet.trainer.TrainerStatus;
import org.jspecify.annotations.Nullable;

/** Examples learned a second, from the first that was seen to the last. Belongs to one thread. */
final class TrainingRate {
    private long firstExamples;
    private long firstAt;
    private long lastExamples;
    private long lastAt;

    void update(TrainerStatus status) {
        if (status.examples() > 0 && firstAt == 0) {
            firstExamples = status.examples();
            firstAt = System.nanoTime();
        }
        if (status.examples() > lastExamples) {
            lastExamples = status.examples();
            lastAt = System.nanoTime();
        }
    }

    @Nullable
    Double examplesPerSecond() {
        return lastAt > firstAt ? (lastExamples - firstExamples) * 1e9 / (lastAt - firstAt) : null;
    }
}
