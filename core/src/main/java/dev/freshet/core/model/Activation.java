package dev.freshet.core.model;

/** What a hidden layer applies to its weighted sums. */
public enum Activation {
    RELU,
    SIGMOID,
    TANH
}
