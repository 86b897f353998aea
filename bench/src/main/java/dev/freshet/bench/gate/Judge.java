package dev.freshet.bench.gate;

import dev.freshet.core.evaluation.Answers;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.engine.Scorer;
import dev.freshet.ingest.source.LabelledImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One gate with the version that it has published, and how well that does on images that no gate sees. */
final class Judge {
    private final String name;
    private final Gate gate;
    private @Nullable Scorer champion;
    private double championLoss = Math.log(Digits.CLASSES);
    private double servedLoss;
    private int decisions;
    private int published;
    private int publishedAtFirst;
    private int publishedWorse;

    Judge(String name, Gate gate) {
        this.name = name;
        this.gate = gate;
    }

    /**
     * Decides on a candidate.
     *
     * @param loss of the candidate on test images
     */
    void decide(Digits digits, Scorer candidate, Answers answers, double loss, List<LabelledImage> window) {
        Answers opponent = champion == null ? null : digits.answers(champion, window);
        if (publishes(answers, opponent)) {
            publishedWorse += loss > championLoss ? 1 : 0;
            publishedAtFirst += published == decisions ? 1 : 0;
            published++;
            champion = candidate;
            championLoss = loss;
        }
        decisions++;
        servedLoss += championLoss;
    }

    boolean publishes(Answers candidate, @Nullable Answers opponent) {
        return gate.decide(candidate, opponent, Digits.CLASSES).publish();
    }

    String name() {
        return name;
    }

    int published() {
        return published;
    }

    /** Of these, how many before the first that was refused. */
    int publishedAtFirst() {
        return publishedAtFirst;
    }

    /** Of these, how many did worse on test images than the version before. */
    int publishedWorse() {
        return publishedWorse;
    }

    /** Loss on test images of what was published, over all decisions. */
    double meanServedLoss() {
        return servedLoss / decisions;
    }
}
