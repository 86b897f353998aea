package dev.freshet.core.model;

/** What becomes of a picture that has another size than the model's. */
public enum Resize {
    /** It is of the wrong shape. */
    REFUSE,
    /**
     * It is stretched to the model's height and width, each for itself: where it grows, between the two nearest pixels;
     * where it shrinks, to the mean of all that a new pixel covers.
     */
    BILINEAR
}
