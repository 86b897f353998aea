package dev.freshet.engine.cpu;

/**
 * Learns for some of a network's parameters, in steps of one or more mini-batches. How mini-batches are taken in, each kind of
 * parameters has a method for. Belongs to the training thread.
 */
interface ParameterUpdate {
    /**
     * Turns the sum of the mini-batches' gradients into the gradient of the step.
     *
     * @param share that each mini-batch has in it
     * @return the sum of its squares; 0 where it never is a whole
     */
    double complete(float share);

    /**
     * Moves the parameters, as far as they have not been moved yet, and forgets the gradient.
     *
     * @param factor that the gradient is multiplied with
     */
    void step(float factor);

    /** Of the steps that follow. */
    void setLearningRate(double learningRate);

    /**
     * Shows what the steps that follow depend on.
     *
     * @param name of the parameters
     */
    void show(State state, String name);
}
