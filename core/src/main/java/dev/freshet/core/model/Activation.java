package dev.freshet.core.model;

/** What a hidden layer applies to each of its weighted sums x. */
public enum Activation {
    /** max(0, x). */
    RELU,
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID,
    TANH,
    /** x where it is positive, α (eˣ - 1) elsewhere (Clevert, Unterthiner and Hochreiter, 2016). */
    ELU,
    /** x where it is positive, α x elsewhere. */
    LEAKY_RELU,
    /** ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel, 2016, the form with tanh). */
    GELU,
    /** x / (1 + e⁻ˣ), also known as SiLU (Ramachandran, Zoph and Le, 2017). */
    SWISH,
    /** x tanh(ln(1 + eˣ)) (Misra, 2019). */
    MISH;

    /** Whether α plays a part. */
    public boolean hasAlpha() {
        return this == ELU || this == LEAKY_RELU;
    }

    /** What α is where nobody says: that of PyTorch; 0 where it plays no part. */
    public double defaultAlpha() {
        return this == ELU ? 1 : this == LEAKY_RELU ? 0.01 : 0;
    }
}
