package dev.freshet.core.model;

/** What turns the last weighted sums, the logits, into probabilities, and the loss that goes with it. */
public enum Output {
    /** Softmax with cross-entropy: one logit a class. */
    SOFTMAX,
    /**
     * Logarithm of the softmax with negative log-likelihood: the same function and the same loss as {@link #SOFTMAX}, by the
     * name under which other experiments were published.
     */
    LOG_SOFTMAX,
    /** One logit, the sigmoid of which is the probability of class 1 of two, with binary cross-entropy. */
    SIGMOID;

    int units(int classes) {
        return this == SIGMOID ? 1 : classes;
    }
}
