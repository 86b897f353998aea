package dev.freshet.core.evaluation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Champion against challenger: a candidate is published if it beats the published version on the same examples.
 *
 * <p>Comparing with the best loss ever seen instead would stop publishing for ever after the first drift. Immutable.
 *
 * @param minImprovement by how much the candidate's loss must be lower, in nats, at least 0
 * @param minExamples hold-out examples without which nothing is decided in the candidate's favour, at least 1
 * @param minConfidence that the improvement is no accident of these examples, {@link Answers.Difference#confidence}, in
 *     [0, 1); up to 0.5 it asks for nothing more than an improvement
 * @param maxClassDrop by how much the accuracy of any one class may be lower than the champion's, in (0, 1]; 1 for any
 * @param minClassExamples hold-out examples of a class without which its accuracy is not looked at, at least 1
 */
public record Gate(
        double minImprovement, int minExamples, double minConfidence, double maxClassDrop, int minClassExamples) {
    /** Examples of a class that make a difference of accuracy more than an accident: one of them is 0.02. */
    public static final int DEFAULT_MIN_CLASS_EXAMPLES = 50;

    public Gate {
        require(minImprovement >= 0, "min-improvement must be at least 0", minImprovement);
        require(minExamples >= 1, "min-hold-out-examples must be at least 1", minExamples);
        require(minConfidence >= 0 && minConfidence < 1, "min-confidence must be in [0, 1)", minConfidence);
        require(maxClassDrop > 0 && maxClassDrop <= 1, "max-class-drop must be in (0, 1]", maxClassDrop);
        require(minClassExamples >= 1, "min-class-examples must be at least 1", minClassExamples);
    }

    /** On means alone. */
    public Gate(double minImprovement, int minExamples) {
        this(minImprovement, minExamples, 0, 1, DEFAULT_MIN_CLASS_EXAMPLES);
    }

    private static void require(boolean condition, String rule, double value) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ", was " + value);
        }
    }

    /** Whether to publish, and why, for people. */
    public record Verdict(boolean publish, String reason) {}

    /**
     * Decides on a candidate by all its rules.
     *
     * @param candidate on the hold-out window
     * @param champion on the same window; null where nothing was published yet: then guessing is the champion
     * @param classes of the model: guessing has a loss of ln(classes)
     * @throws IllegalArgumentException if the two are not answers to the same examples
     */
    public Verdict decide(Answers candidate, @Nullable Answers champion, int classes) {
        Verdict onMeans = decide(candidate.evaluation(), champion == null ? null : champion.evaluation(), classes);
        // Against a champion whose loss is not finite there is nothing to be sure of, and nothing to hold on to.
        if (!onMeans.publish()
                || champion == null
                || !Double.isFinite(champion.evaluation().loss())) {
            return onMeans;
        }
        Verdict onClasses = decideOnClasses(candidate.tally(), champion.tally(), classes);
        if (onClasses != null) {
            return onClasses;
        }
        return minConfidence == 0 || candidate.size() < 2 ? onMeans : decideOnConfidence(candidate, champion, onMeans);
    }

    private @Nullable Verdict decideOnClasses(Tally candidate, Tally champion, int classes) {
        for (int label = 0; label < classes; label++) {
            long examples = champion.total(label);
            double drop = (double) (champion.correct(label) - candidate.correct(label)) / examples;
            if (examples >= minClassExamples && drop > maxClassDrop) {
                return new Verdict(
                        false,
                        String.format(
                                Locale.ROOT,
                                "accuracy of class %d falls from %.4f to %.4f on %d hold-out examples, by more than %.4f",
                                label,
                                (double) champion.correct(label) / examples,
                                (double) candidate.correct(label) / examples,
                                examples,
                                maxClassDrop));
            }
        }
        return null;
    }

    private Verdict decideOnConfidence(Answers candidate, Answers champion, Verdict onMeans) {
        double confidence = candidate.improvementOver(champion).confidence();
        return new Verdict(
                confidence >= minConfidence,
                String.format(
                        Locale.ROOT, "%s, confidence %.4f, needed %.4f", onMeans.reason(), confidence, minConfidence));
    }

    /**
     * Decides on a candidate by its means alone, without a look at classes and confidence.
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
