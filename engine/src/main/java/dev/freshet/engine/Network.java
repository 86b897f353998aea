package dev.freshet.engine;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Weights;

/** A neural net that learns. Belongs to one thread at a time. */
public interface Network extends AutoCloseable {
    /**
     * Scores a mini-batch with the weights as they are.
     *
     * @param probabilities {@code [size][classes]}, row-major, written to
     */
    void predict(MiniBatch miniBatch, float[] probabilities);

    /**
     * One optimizer step, or with accumulation a part of one.
     *
     * @return the loss before the step; if it or a gradient is not finite, the mini-batch was discarded and the weights and
     *     the optimizer are as before
     */
    StepResult train(MiniBatch miniBatch);

    /**
     * Scores a mini-batch, then learns from it: {@link #predict} and {@link #train}, with what they have in common done once.
     *
     * @param probabilities {@code [size][classes]}, row-major, written to
     */
    default StepResult testThenTrain(MiniBatch miniBatch, float[] probabilities) {
        predict(miniBatch, probabilities);
        return train(miniBatch);
    }

    /**
     * Changes the learning rate of the steps that follow; the optimizer's holds until then.
     *
     * @param learningRate at least 0
     */
    void setLearningRate(double learningRate);

    /** A copy of the weights as they are now. */
    Weights weights();

    /**
     * A copy of all that its next steps depend on, for {@link Engine#resume}.
     *
     * @throws UnsupportedOperationException if the engine cannot
     */
    default NetworkState state() {
        throw new UnsupportedOperationException("this engine cannot write down the state of a network");
    }

    /** Frees native memory; the network cannot be used any more. */
    @Override
    void close();
}
