package dev.freshet.core.model;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of one layer's weighted sums (Ioffe and Szegedy, 2015), as PyTorch's {@code BatchNorm1d} computes it:
 * in training with the mini-batch's mean and variance, which also move the running ones, otherwise with the running ones;
 * then scaled and shifted by trained values, one a unit.
 *
 * @param momentum share that a mini-batch has in the new running mean and variance, in (0, 1]
 * @param epsilon added to the variance before its root is taken, in (0, 1]
 */
public record BatchNorm(double momentum, double epsilon) {
    /** What a layer's normalisation consists of; the first two are trained. */
    static final List<String> TENSORS = List.of("weight", "bias", "running_mean", "running_var");

    /** As PyTorch has it where nobody says. */
    public static final BatchNorm DEFAULT = new BatchNorm(0.1, 1e-5);

    public BatchNorm {
        if (!(momentum > 0 && momentum <= 1) || !(epsilon > 0 && epsilon <= 1)) {
            throw new IllegalArgumentException(
                    "batch-norm.momentum and epsilon must be in (0, 1], were " + momentum + " and " + epsilon);
        }
    }

    /** Reads {@code batch-norm} of a layer: {@code true}, {@code false} or a section. */
    static @Nullable BatchNorm from(Config layer) {
        if (!layer.isSection("batch-norm")) {
            return layer.flag("batch-norm", false) ? DEFAULT : null;
        }
        Config section = layer.section("batch-norm");
        Interval share = Interval.openClosed(0, 1);
        return new BatchNorm(
                section.number("momentum", DEFAULT.momentum(), share),
                section.number("epsilon", DEFAULT.epsilon(), share));
    }
}
