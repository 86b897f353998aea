package dev.freshet.core.training;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;

/**
 * What an engine needs to know to train a model, besides the model. A gradient goes through it in this order: mean over the
 * examples and over the accumulated mini-batches, plus l1 · sign(w), clipping, weight decay, optimizer.
 *
 * @param optimizer with the learning rate to begin with
 * @param decaysBiases whether weight decay applies to everything that is trained, as in PyTorch, or to the layers' weights
 *     alone
 * @param l1 λ₁ ≥ 0: the slope of {@code λ₁ |w|} is added to the gradients of the layers' weights, not of biases and
 *     normalisations
 * @param clipping of the gradients
 * @param accumulation mini-batches of one step, at least 1, each with the same weight
 * @param initialisation of a network that begins anew
 * @param seed decides the first weights and what is dropped
 */
public record TrainingSpec(
        OptimizerSpec optimizer,
        boolean decaysBiases,
        double l1,
        GradientClipping clipping,
        int accumulation,
        Initialisation initialisation,
        long seed) {
    public TrainingSpec {
        requireNonNull(optimizer, "optimizer");
        requireNonNull(clipping, "clipping");
        requireNonNull(initialisation, "initialisation");
        if (!(l1 >= 0 && l1 < 1) || accumulation < 1) {
            throw new IllegalArgumentException(
                    "l1 must be in [0, 1) and accumulation at least 1, were " + l1 + " and " + accumulation);
        }
    }

    /** The optimizer and nothing else. */
    public static TrainingSpec of(OptimizerSpec optimizer, long seed) {
        return new TrainingSpec(optimizer, true, 0, GradientClipping.NONE, 1, Initialisation.DEFAULT, seed);
    }

    /** Reads what the section {@code trainer} says of it. */
    public static TrainingSpec from(Config trainer) {
        Config optimizer = trainer.section("optimizer");
        return new TrainingSpec(
                OptimizerSpec.from(optimizer),
                optimizer.flag("decay-biases", true),
                trainer.number("l1", 0, Interval.closedOpen(0, 1)),
                GradientClipping.from(trainer.section("clip")),
                trainer.integer("accumulation", 1, 1, 65_536),
                Initialisation.from(trainer.section("init")),
                trainer.wholeNumber("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
