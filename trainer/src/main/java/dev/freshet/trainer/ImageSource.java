package dev.freshet.trainer;

import java.util.List;

/** Where a run takes its records from: the topic as it grows, or once more as a version is said to have taken them. */
interface ImageSource {
    /**
     * The next records in their order; waits a moment for them.
     *
     * @return nothing if none came
     */
    List<Taken> take() throws InterruptedException;

    /** Whether a mini-batch ends behind what {@link #take} has returned last, however small it is. */
    boolean endsMiniBatch();

    /** Whether {@link #take} has returned everything that there will be. */
    boolean hasEnded();
}
