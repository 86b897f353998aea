package dev.freshet.launcher.report;

import java.awt.image.BufferedImage;
import java.util.function.Function;

/**
 * One picture of a report, to be drawn.
 *
 * @param file name of its PNG file
 * @param alternative what it is, for readers who do not see it
 * @param caption what stands under it on the page
 * @param drawing draws it for a light or a dark page
 */
record Figure(String file, String alternative, String caption, Function<Theme, BufferedImage> drawing) {
    static final String LOSS = "loss.png";
    static final String ACCURACY = "accuracy.png";
    static final String CONFUSION = "confusion.png";
    static final String DECISION = "decision-boundary.png";
    static final String PREDICTIONS = "predictions.png";
    static final String MISTAKES = "mistakes.png";
    static final String EXAMPLES = "examples.png";
    static final String PIXELS = "pixels.png";
}
