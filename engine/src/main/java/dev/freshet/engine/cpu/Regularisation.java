package dev.freshet.engine.cpu;

import dev.freshet.core.training.TrainingSpec;

/**
 * What happens to the gradient of some parameters before the optimizer sees it, in this order.
 *
 * @param l1 λ₁: the slope of {@code λ₁ |w|} is added
 * @param clipValue that no entry leaves on either side, infinite for no bound
 * @param weightDecay λ: the slope of {@code λ/2 w²} is added, or what the optimizer has instead
 */
record Regularisation(float l1, float clipValue, float weightDecay) {
    /** Of the layers' weights. */
    static Regularisation ofWeights(TrainingSpec training) {
        return new Regularisation(
                (float) training.l1(), (float) training.clipping().value(), (float)
                        training.optimizer().weightDecay());
    }

    /** Of everything of which a layer has one a unit: biases and normalisations. */
    static Regularisation ofUnits(TrainingSpec training) {
        return new Regularisation(
                0,
                (float) training.clipping().value(),
                training.decaysBiases() ? (float) training.optimizer().weightDecay() : 0);
    }

    /** Whether gradients are taken as they are. */
    boolean isNone() {
        return !pullsAtParameters() && clipValue == Float.POSITIVE_INFINITY;
    }

    /** Whether a parameter is moved by more than the loss. */
    boolean pullsAtParameters() {
        return l1 != 0 || weightDecay != 0;
    }
}
