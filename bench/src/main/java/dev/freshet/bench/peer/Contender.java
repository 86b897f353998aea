package dev.freshet.bench.peer;

import java.util.List;

/** A library that can train and score a {@link Workload}. Belongs to its process's main thread. */
public interface Contender {
    /** Ways in which it can train, without spaces; the fastest counts. */
    List<String> trainingModes();

    /** Ways in which it can score. */
    List<String> scoringModes();

    /**
     * Training that begins with the workload's weights and its first mini-batch.
     *
     * @param dropout in place of the workload's
     */
    Training training(String mode, double dropout);

    /**
     * Scoring with the workload's weights.
     *
     * @param batch images at a time
     */
    Scoring scoring(String mode, int batch);

    /** What is done over and over while the clock runs. */
    interface Work extends AutoCloseable {
        /** One batch, the next of the workload; begins again behind the last. */
        void next();

        @Override
        void close();
    }

    /** Each batch is one optimizer step. */
    interface Training extends Work {
        /** Mean loss of the newest step's mini-batch, before the step. */
        double loss();
    }

    /** Each batch is scored. */
    interface Scoring extends Work {
        /** {@code [batch][classes]} of the newest batch, row-major. */
        float[] probabilities();
    }
}
