package dev.freshet.trainer;

import dev.freshet.core.data.Example;
import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Weights;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Scorer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Candidate and champion on the same newest hold-out examples: the network that learns and the version that was published
 * last. Belongs to the training thread.
 */
final class Contest implements AutoCloseable {
    private final ModelSpec spec;
    private final Engine engine;
    private final HoldOutWindow window;
    private HoldOutWindow.Scores candidate;
    private HoldOutWindow.Scores champion;
    private @Nullable Scorer scorer;

    /** @param windowSize newest hold-out examples that count, at least 1 */
    Contest(ModelSpec spec, Engine engine, int windowSize) {
        this.spec = spec;
        this.engine = engine;
        this.window = new HoldOutWindow(
                windowSize, spec.input().size(), spec.classes().size());
        this.candidate = window.new Scores();
        this.champion = window.new Scores();
    }

    void holdOut(Example example, Place place) {
        window.add(example, place);
    }

    /** Where the hold-out examples stand in the topic, the oldest first. */
    List<Place> places() {
        return window.places();
    }

    int size() {
        return window.size();
    }

    /** What the network answers as it is now; nothing while there are no hold-out examples. */
    Optional<Answers> answers(HoldOutWindow.Predictor network) {
        candidate.forget();
        candidate.update(network);
        return candidate.answers();
    }

    /** What the champion answers to the same examples; nothing while there is none. */
    Optional<Answers> championAnswers() {
        if (scorer == null) {
            return Optional.empty();
        }
        Scorer published = scorer;
        champion.update(
                (miniBatch, probabilities) -> published.score(miniBatch.features(), miniBatch.size(), probabilities));
        return champion.answers();
    }

    /** The candidate that was {@link #answers asked} last has been published. */
    void crown(Weights weights) {
        setChampion(weights);
        HoldOutWindow.Scores dethroned = champion;
        champion = candidate;
        candidate = dethroned;
    }

    /** A version of an earlier run, of which nothing has been asked yet. */
    void setChampion(Weights weights) {
        close();
        scorer = engine.scorer(spec, weights);
        champion.forget();
    }

    @Override
    public void close() {
        if (scorer != null) {
            scorer.close();
        }
        scorer = null;
    }
}
