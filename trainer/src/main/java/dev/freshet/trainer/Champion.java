package dev.freshet.trainer;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Scorer;
import org.jspecify.annotations.Nullable;

/** The published version, ready to be compared with. */
final class Champion implements AutoCloseable, HoldOutWindow.Predictor {
    private final Manifest manifest;
    private final Scorer scorer;
    private @Nullable Answers answers;
    private long answeredAt;

    Champion(Snapshot snapshot, Engine engine) {
        this.manifest = snapshot.manifest();
        this.scorer = engine.scorer(snapshot.spec(), snapshot.weights());
    }

    /** Scored once for as long as the window stays the same. */
    Answers answersTo(HoldOutWindow window) {
        if (answers == null || answeredAt != window.added()) {
            answers = window.answers(this).orElseThrow();
            answeredAt = window.added();
        }
        return answers;
    }

    Manifest manifest() {
        return manifest;
    }

    @Override
    public void predict(MiniBatch miniBatch, float[] probabilities) {
        scorer.score(miniBatch.features(), miniBatch.size(), probabilities);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
