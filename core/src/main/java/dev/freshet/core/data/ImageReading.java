package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.model.InputSpec;

/** Reads PNG and JPEG files, of the model's size or made so, into channel-major features. */
final class ImageReading {
    private final InputSpec input;
    private final ByteScale scale;

    ImageReading(InputSpec input, ByteScale scale) {
        this.input = input;
        this.scale = scale;
    }

    /** @param row written to, from {@code begin} on */
    void read(String contentType, byte[] file, float[] row, int begin) throws MalformedException {
        if (!input.isImage()) {
            throw new MalformedException(Reason.WRONG_SHAPE, "a picture where the model takes shape " + input.shape());
        }
        scale.apply(Picture.decode(contentType, file, input), 0, row, begin);
    }
}
