package dev.freshet.server.api;

import static dev.freshet.server.api.RefusedException.invalid;

import dev.freshet.core.data.ByteScale;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.model.InputSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads tensors into features of one version: FP32 and UINT8 as the trainer reads them, BYTES as PNG or JPEG files.
 * Belongs to one thread.
 */
final class InputReading {
    static final String NAME = "input";

    private static final int PNG_SIGNATURE = 0x89504e47;
    private static final int JPEG_SIGNATURE = 0xffd8ff00;
    private static final int JPEG_MASK = 0xffffff00;

    private final InputSpec input;
    private final int size;
    private final int maxExamples;
    private final byte[] image;
    private @Nullable ByteScale scale;
    private @Nullable RecordDecoder pictures;

    /** @param maxExamples of one request */
    InputReading(InputSpec input, int maxExamples) {
        this.input = input;
        this.size = input.size();
        this.maxExamples = maxExamples;
        this.image = new byte[size];
    }

    boolean isOf(InputSpec other) {
        return input.equals(other);
    }

    /** As metadata tells it, with -1 for the number of examples. */
    static TensorDescription description(InputSpec input) {
        List<Long> shape = new ArrayList<>(List.of(-1L));
        input.shape().forEach(length -> shape.add(length.longValue()));
        return new TensorDescription(NAME, Datatype.FP32.name(), shape);
    }

    /**
     * Looks at everything but the values.
     *
     * @return the number of examples, at least 1
     * @throws RefusedException if the model does not take the tensor
     */
    static int examples(InputTensor tensor, InputSpec input, int maxExamples) throws RefusedException {
        if (!tensor.name().equals(NAME)) {
            throw invalid("the input is named \"" + tensor.name() + "\" where the model takes \"" + NAME + "\"");
        }
        boolean files = tensor.datatype() == Datatype.BYTES;
        List<Long> shape = tensor.shape();
        long examples = shape.isEmpty() ? 0 : shape.get(0);
        boolean fits = files ? isColumn(shape) : isOf(input, shape);
        if (!fits || examples < 1 || examples > maxExamples) {
            throw new RefusedException(
                    fits && examples > maxExamples ? Refusal.TOO_LARGE : Refusal.INVALID_ARGUMENT,
                    "the input" + (files ? " of datatype BYTES" : "") + " has shape " + shape + "; expected "
                            + (files ? "[n] or [n, 1]" : expected(input)) + " with n from 1 to " + maxExamples);
        }
        int values = input.size();
        // Both factors are limited, their product is not.
        if (examples * values * Float.BYTES > Integer.MAX_VALUE) {
            throw new RefusedException(
                    Refusal.TOO_LARGE, "the input has shape " + shape + ", which is more than one request can hold");
        }
        long needed = files ? examples : examples * values;
        if (tensor.data().count() != needed) {
            throw invalid("the input holds " + tensor.data().count() + " values where " + tensor.datatype()
                    + " of shape " + shape + " needs " + needed);
        }
        return (int) examples;
    }

    private static boolean isColumn(List<Long> shape) {
        return shape.size() == 1 || (shape.size() == 2 && shape.get(1) == 1);
    }

    /** Number by number, since this is for every request. */
    private static boolean isOf(InputSpec input, List<Long> shape) {
        if (shape.size() == 2 && shape.get(1) == input.size()) {
            return true;
        }
        List<Integer> each = input.shape();
        boolean same = shape.size() == each.size() + 1;
        for (int i = 0; same && i < each.size(); i++) {
            same = shape.get(i + 1) == each.get(i).longValue();
        }
        return same;
    }

    private static String expected(InputSpec input) {
        return Stream.of(input.shape(), List.of(input.size()))
                .distinct()
                .map(shape -> "[n, " + shape.toString().substring(1))
                .reduce((a, b) -> a + " or " + b)
                .orElseThrow();
    }

    /** @throws RefusedException if the model does not take the tensor, which may have been meant for another version */
    int examples(InputTensor tensor) throws RefusedException {
        return examples(tensor, input, maxExamples);
    }

    /**
     * Reads one example, scaled and normalised.
     *
     * @param tensor one that {@link #examples} took
     * @param index of the example in it
     * @param features written to
     * @param row where in it, in examples
     * @throws RefusedException if a value is not finite, or a file cannot be read
     */
    void read(InputTensor tensor, int index, float[] features, int row) throws RefusedException {
        if (tensor.data() instanceof TensorData.Bytes bytes) {
            bytes.values().get(index * size, image);
            scale().apply(image, 0, features, row * size);
        } else if (tensor.data() instanceof TensorData.Floats floats) {
            readFloats(floats.values(), index, features, row * size);
        } else if (tensor.data() instanceof TensorData.Strings files) {
            System.arraycopy(picture(files.elements(), index), 0, features, row * size, size);
        } else {
            throw new IllegalArgumentException("no input is of " + tensor.datatype());
        }
    }

    private ByteScale scale() {
        ByteScale made = scale == null ? ByteScale.of(input) : scale;
        scale = made;
        return made;
    }

    private void readFloats(FloatBuffer values, int index, float[] features, int begin) throws RefusedException {
        values.get(index * size, features, begin, size);
        input.normalise(features, begin);
        for (int i = 0; i < size; i++) {
            if (!Float.isFinite(features[begin + i])) {
                throw invalid("value " + i + " of example " + index + " is " + values.get(index * size + i)
                        + ", which is not finite or not once it is normalised");
            }
        }
    }

    private float[] picture(List<ByteBuffer> files, int index) throws RefusedException {
        byte[] file = new byte[files.get(index).limit()];
        files.get(index).get(0, file);
        // Where there is but one, everybody knows which is meant.
        String which = files.size() > 1 ? "element " + index + ": " : "";
        String contentType = contentType(file);
        if (contentType == null) {
            throw invalid(which + file.length + " bytes that are neither a PNG nor a JPEG file");
        }
        RecordDecoder decoder = pictures == null ? RecordDecoder.ofUnlabelled(input) : pictures;
        pictures = decoder;
        Decoded decoded = decoder.decode(new RawRecord(file, null, contentType, null, ""));
        if (decoded instanceof Decoded.Valid valid) {
            return valid.example().features();
        }
        throw invalid(which + ((Decoded.Malformed) decoded).detail());
    }

    private static @Nullable String contentType(byte[] file) {
        int signature = file.length < Integer.BYTES ? 0 : ByteBuffer.wrap(file).getInt();
        if (signature == PNG_SIGNATURE) {
            return ContentTypes.PNG;
        }
        return (signature & JPEG_MASK) == JPEG_SIGNATURE ? ContentTypes.JPEG : null;
    }
}
