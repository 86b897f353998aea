package dev.freshet.core.evaluation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Champion against challenger: a candidate is published if it beats the published version on the same examples.
 *
 * <p>Comparing with the best loss ever seen instead would stop publishing for ever after the first drift.
 *
 * @param minImprovement by how much the candidate's loss must be lower, in nats, at least 0
 * @param minExamples hold-out examples without which nothing is decided in the candidate's favour, at least 1
 */
public record Gate(double minImprovement, int minExamples) {
    public Gate {
        if (!(minImprovement >= 0) || minExamples < 1) {
            throw new IllegalArgumentException("min-improvement must be at least 0 and min-examples at least 1, were "
                    + minImprovement + " and " + minExamples);
        }
    }

    /** Whether to publish, and why, for people. */
    public record Verdict(boolean publish, String reason) {}

    /**
     * Decides on a candidate.
     *
     * @param candidate on the hold-out window
     * @param champion on the same window; null where nothing was published yet: then guessing is the champion
     * @param classes of the model: guessing has a loss of ln(classes)
     */
    public Verdict decide(Evaluation candidate, @Nullable Evaluation champion, int classes) {
        if (candidate.examples() < minExamples) {
            return new Verdict(
                    false, "only " + candidate.examples() + " hold-out examples, " + minExamples + " are needed");
        }
        if (!Double.isFinite(candidate.loss())) {
            return new Verdict(false, "the candidate's loss is " + candidate.loss());
        }
        double toBeat = champion == null ? Math.log(classes) : champion.loss();
        String opponent = champion == null ? "guessing" : "the champion";
        double improvement = toBeat - candidate.loss();
        // A champion whose loss is not finite loses to any candidate whose loss is.
        boolean better = !Double.isFinite(toBeat) || (improvement > 0 && improvement >= minImprovement);
        return new Verdict(
                better,
                String.format(
                        Locale.ROOT,
                        "loss %.4f against %.4f of %s: %s by %.4f, needed %.4f",
                        candidate.loss(),
                        toBeat,
                        opponent,
                        better || improvement > 0 ? "better" : improvement == 0 ? "not better" : "worse",
                        Math.abs(improvement),
                        minImprovement));
    }
}
