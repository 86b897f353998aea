package dev.freshet.launcher.report;

import org.jspecify.annotations.Nullable;

/**
 * How one epoch went. A loss that is not finite leaves a gap in the curve.
 *
 * @param epoch from 1
 * @param trainingLoss mean cross-entropy per example, natural logarithm
 * @param trainingAccuracy share of examples whose most probable class is the label, in [0, 1], or NaN for a gap
 * @param validationLoss of examples that are never learned from; null where the run has none
 * @param validationAccuracy as the training accuracy; null where the run has none
 * @param learningRate at the end of the epoch
 * @param publishedVersion the last version that was published in the epoch; null if none was
 */
public record EpochFigures(
        int epoch,
        double trainingLoss,
        double trainingAccuracy,
        @Nullable Double validationLoss,
        @Nullable Double validationAccuracy,
        double learningRate,
        @Nullable Long publishedVersion) {
    public EpochFigures {
        require(epoch >= 1, "epoch must be at least 1, was " + epoch);
        require(isShare(trainingAccuracy), "trainingAccuracy must be in [0, 1], was " + trainingAccuracy);
        require(
                validationAccuracy == null || isShare(validationAccuracy),
                "validationAccuracy must be in [0, 1], was " + validationAccuracy);
    }

    private static boolean isShare(double accuracy) {
        return Double.isNaN(accuracy) || (accuracy >= 0 && accuracy <= 1);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
