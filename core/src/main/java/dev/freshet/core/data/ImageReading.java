package dev.freshet.core.data;

import dev.freshet.core.data.Decoded.Reason;
import dev.freshet.core.model.InputSpec;

/** Reads PNG and JPEG files, of the model's size or made so, into channel-major features. */
final class ImageReading {
    private final InputSpec input;

    ImageReading(InputSpec input) {
        this.input = input;
    }

    float[] read(String contentType, byte[] file) throws MalformedException {
        if (!input.isImage()) {
            throw new MalformedException(Reason.WRONG_SHAPE, "a picture where the model takes shape " + input.shape());
        }
        byte[] planes = Picture.decode(contentType, file, input);
        float[] features = new float[input.size()];
        input.scaleBytes(planes, features);
        return features;
    }
}
