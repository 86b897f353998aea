package dev.freshet.ingest.digits;

import java.util.SplittableRandom;

/** Shapes of the ten digits. */
interface Glyphs {
    /**
     * Fills one digit.
     *
     * @param random chooses among the shapes of a digit
     * @param canvas {@code [28][28]}, overwritten: coverage of each pixel, 0 to 1
     */
    void draw(int digit, SplittableRandom random, Pose pose, float[] canvas);
}
