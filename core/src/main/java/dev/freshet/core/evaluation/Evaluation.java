package dev.freshet.core.evaluation;

/**
 * How one version did on a set of examples.
 *
 * @param loss mean cross-entropy per example, natural logarithm
 * @param accuracy share of examples whose most probable class is the label, in [0, 1]
 * @param examples how many, at least 1
 */
public record Evaluation(double loss, double accuracy, long examples) {
    public Evaluation {
        if (examples < 1 || !(accuracy >= 0 && accuracy <= 1)) {
            throw new IllegalArgumentException("accuracy " + accuracy + " over " + examples + " examples");
        }
    }
}
