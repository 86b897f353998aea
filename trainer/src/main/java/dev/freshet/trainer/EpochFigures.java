package dev.freshet.trainer;

import dev.freshet.core.evaluation.Evaluation;
import org.jspecify.annotations.Nullable;

/**
 * How one epoch of a bounded run went.
 *
 * @param epoch from 1
 * @param training mean over the epoch's mini-batches, each before its step and as in training, with dropout
 * @param validation of the network after the epoch, on the hold-out records; null where there are none
 * @param learningRate of its last step
 * @param publishedVersion null where none was
 */
public record EpochFigures(
        int epoch,
        Evaluation training,
        @Nullable Evaluation validation,
        double learningRate,
        @Nullable Long publishedVersion) {}
