package dev.freshet.server.api;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One input of a request, as it came: nothing is known yet of what the model takes.
 *
 * @param shape the examples' number first
 */
public record InputTensor(String name, Datatype datatype, List<Long> shape, TensorData data) {
    /** One PNG or JPEG file, which is all that the request asks about. */
    public static InputTensor ofPicture(ByteBuffer file) {
        return new InputTensor(InputReading.NAME, Datatype.BYTES, List.of(1L), new TensorData.Strings(List.of(file)));
    }
}
