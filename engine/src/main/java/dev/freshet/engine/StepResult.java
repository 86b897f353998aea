package dev.freshet.engine;

/**
 * What became of one optimizer step.
 *
 * @param loss mean cross-entropy of the mini-batch before the step, natural logarithm; may be infinite or NaN
 * @param applied false where the step was discarded because the loss or a gradient was not finite
 */
public record StepResult(double loss, boolean applied) {}
