package dev.freshet.launcher.report;

import dev.freshet.ingest.source.LabelledImage;

/**
 * A test image with what the served model answered. The probabilities are shared, not copied: nobody writes to them.
 * Safe to share.
 */
public final class Answer {
    private final LabelledImage image;
    private final int predicted;
    private final float[] probabilities;

    /**
     * @param predicted class index in {@code [0, classes)}
     * @param probabilities {@code [classes]}, handed over
     */
    public Answer(LabelledImage image, int predicted, float[] probabilities) {
        if (predicted < 0 || predicted >= probabilities.length) {
            throw new IllegalArgumentException(
                    "the predicted class must be in [0, " + probabilities.length + "), was " + predicted);
        }
        this.image = image;
        this.predicted = predicted;
        this.probabilities = probabilities;
    }

    LabelledImage image() {
        return image;
    }

    int predicted() {
        return predicted;
    }

    int truth() {
        return image.label();
    }

    boolean isRight() {
        return predicted == image.label();
    }

    /** What the model gave the class that it answered. */
    float confidence() {
        return probabilities[predicted];
    }

    int classes() {
        return probabilities.length;
    }
}
