package dev.freshet.server.grpc;

import static dev.freshet.server.grpc.RefusedException.invalid;

import com.google.protobuf.ByteString;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.RawRecord;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.model.InputSpec;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a request's one tensor into features: FP32 and UINT8 as the trainer reads them, BYTES as PNG or JPEG files.
 *
 * <p>Made for each request, since the next version may take another input.
 */
final class InputReading {
    static final String NAME = "input";

    private static final int PNG_SIGNATURE = 0x89504e47;
    private static final int JPEG_SIGNATURE = 0xffd8ff00;
    private static final int JPEG_MASK = 0xffffff00;

    private final InputSpec input;
    private final int maxBatchSize;

    InputReading(InputSpec input, int maxBatchSize) {
        this.input = input;
        this.maxBatchSize = maxBatchSize;
    }

    /** @throws RefusedException if the request holds anything but one tensor that the model takes */
    InputTensor read(ModelInferRequest request) throws RefusedException {
        if (request.getInputsCount() != 1) {
            throw invalid("the request holds " + request.getInputsCount() + " inputs where the model takes 1, named \""
                    + NAME + "\"");
        }
        InferInputTensor tensor = request.getInputs(0);
        if (!tensor.getName().equals(NAME)) {
            throw invalid("the input is named \"" + tensor.getName() + "\" where the model takes \"" + NAME + "\"");
        }
        boolean raw = request.getRawInputContentsCount() > 0;
        if (raw && request.getRawInputContentsCount() != 1) {
            throw invalid("raw_input_contents holds " + request.getRawInputContentsCount()
                    + " elements where the request has 1 input");
        }
        if (raw && tensor.hasContents()) {
            throw invalid("the input holds contents, but the request has raw_input_contents, too: send either");
        }
        return switch (tensor.getDatatype()) {
            case "FP32" -> raw ? rawFloats(tensor, request.getRawInputContents(0)) : floats(tensor);
            case "UINT8" -> raw ? rawBytes(tensor, request.getRawInputContents(0)) : bytes(tensor);
            case "BYTES" ->
                pictures(
                        tensor,
                        raw
                                ? strings(request.getRawInputContents(0))
                                : tensor.getContents().getBytesContentsList());
            default ->
                throw invalid(
                        "the input's datatype is \"" + tensor.getDatatype() + "\"; FP32, UINT8 and BYTES are taken");
        };
    }

    private InputTensor floats(InferInputTensor tensor) throws RefusedException {
        InferTensorContents contents = tensor.getContents();
        int size = batchSize(tensor);
        requireCount("fp32_contents", contents.getFp32ContentsCount(), tensor, size * input.size());
        float[] features = new float[size * input.size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = contents.getFp32Contents(i);
        }
        return normalised(features, size);
    }

    private InputTensor rawFloats(InferInputTensor tensor, ByteString raw) throws RefusedException {
        int size = batchSize(tensor);
        requireCount("raw_input_contents[0]", raw.size(), tensor, size * input.size() * Float.BYTES);
        float[] features = new float[size * input.size()];
        raw.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(features);
        return normalised(features, size);
    }

    private InputTensor bytes(InferInputTensor tensor) throws RefusedException {
        InferTensorContents contents = tensor.getContents();
        int size = batchSize(tensor);
        requireCount("uint_contents", contents.getUintContentsCount(), tensor, size * input.size());
        byte[] bytes = new byte[size * input.size()];
        for (int i = 0; i < bytes.length; i++) {
            int value = contents.getUintContents(i);
            if (value < 0 || value > 255) {
                throw invalid("uint_contents[" + i + "] is " + Integer.toUnsignedString(value)
                        + " where UINT8 goes from 0 to 255");
            }
            bytes[i] = (byte) value;
        }
        return scaled(ByteBuffer.wrap(bytes), size);
    }

    private InputTensor rawBytes(InferInputTensor tensor, ByteString raw) throws RefusedException {
        int size = batchSize(tensor);
        requireCount("raw_input_contents[0]", raw.size(), tensor, size * input.size());
        return scaled(raw.asReadOnlyByteBuffer(), size);
    }

    private InputTensor scaled(ByteBuffer bytes, int size) {
        float[] features = new float[size * input.size()];
        float[] example = new float[input.size()];
        byte[] image = new byte[input.size()];
        for (int i = 0; i < size; i++) {
            bytes.get(image);
            input.scaleBytes(image, example);
            System.arraycopy(example, 0, features, i * example.length, example.length);
        }
        return new InputTensor(features, size);
    }

    private InputTensor normalised(float[] features, int size) throws RefusedException {
        float[] example = new float[input.size()];
        for (int i = 0; i < size; i++) {
            System.arraycopy(features, i * example.length, example, 0, example.length);
            input.normalise(example);
            for (int value = 0; value < example.length; value++) {
                if (!Float.isFinite(example[value])) {
                    throw invalid("value " + value + " of example " + i + " is " + features[i * example.length + value]
                            + ", which is not finite or not once it is normalised");
                }
            }
            System.arraycopy(example, 0, features, i * example.length, example.length);
        }
        return new InputTensor(features, size);
    }

    private InputTensor pictures(InferInputTensor tensor, List<ByteString> files) throws RefusedException {
        List<Long> shape = tensor.getShapeList();
        long claimed =
                shape.isEmpty() || shape.size() > 2 || (shape.size() == 2 && shape.get(1) != 1) ? -1 : shape.get(0);
        if (claimed < 1 || claimed > maxBatchSize) {
            throw invalid("the input of datatype BYTES has shape " + shape
                    + "; expected [n] or [n, 1] with n from 1 to " + maxBatchSize);
        }
        int size = holdable(claimed, shape);
        requireCount("the input of datatype BYTES", files.size(), tensor, size);
        RecordDecoder decoder = RecordDecoder.ofUnlabelled(input);
        float[] features = new float[size * input.size()];
        for (int i = 0; i < size; i++) {
            try {
                System.arraycopy(
                        features(decoder, files.get(i).toByteArray()), 0, features, i * input.size(), input.size());
            } catch (RefusedException e) {
                throw invalid("element " + i + ": " + e.getMessage());
            }
        }
        return new InputTensor(features, size);
    }

    /**
     * Reads one PNG or JPEG file.
     *
     * @throws RefusedException if it is neither, damaged, or of a size that the model does not take
     */
    InputTensor picture(byte[] file) throws RefusedException {
        return new InputTensor(features(RecordDecoder.ofUnlabelled(input), file), 1);
    }

    private static float[] features(RecordDecoder decoder, byte[] file) throws RefusedException {
        Decoded decoded = decoder.decode(new RawRecord(file, null, contentType(file), null, ""));
        if (decoded instanceof Decoded.Valid valid) {
            return valid.example().features();
        }
        throw invalid(((Decoded.Malformed) decoded).detail());
    }

    private static String contentType(byte[] file) throws RefusedException {
        int signature = file.length < Integer.BYTES ? 0 : ByteBuffer.wrap(file).getInt();
        if (signature == PNG_SIGNATURE) {
            return ContentTypes.PNG;
        }
        if ((signature & JPEG_MASK) == JPEG_SIGNATURE) {
            return ContentTypes.JPEG;
        }
        throw invalid(file.length + " bytes that are neither a PNG nor a JPEG file");
    }

    /** Each element with its length before it, 4 bytes little-endian, as Triton defines raw BYTES. */
    private static List<ByteString> strings(ByteString raw) throws RefusedException {
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<ByteString> strings = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw invalid("raw_input_contents[0] ends within element " + strings.size()
                        + ": BYTES elements have their length before them in 4 bytes, little-endian");
            }
            strings.add(raw.substring(bytes.position(), bytes.position() + length));
            bytes.position(bytes.position() + length);
        }
        return strings;
    }

    private int batchSize(InferInputTensor tensor) throws RefusedException {
        List<Long> shape = tensor.getShapeList();
        long size = shape.isEmpty() ? 0 : shape.get(0);
        List<Long> example = shape.isEmpty() ? shape : shape.subList(1, shape.size());
        List<Long> expected = input.shape().stream().map(Integer::longValue).toList();
        boolean fits = example.equals(expected) || example.equals(List.of((long) input.size()));
        if (!fits || size < 1 || size > maxBatchSize) {
            throw invalid("the input has shape " + shape + "; expected "
                    + Stream.of(expected, List.of((long) input.size()))
                            .distinct()
                            .map(InputReading::batched)
                            .reduce((a, b) -> a + " or " + b)
                            .orElseThrow()
                    + " with n from 1 to " + maxBatchSize);
        }
        return holdable(size, shape);
    }

    /** Both factors are limited, their product is not. */
    private int holdable(long size, List<Long> shape) throws RefusedException {
        if (size * input.size() * Float.BYTES > Integer.MAX_VALUE) {
            throw invalid("the input has shape " + shape + ", which is more than one request can hold");
        }
        return (int) size;
    }

    private static String batched(List<Long> example) {
        return "[n, " + example.toString().substring(1);
    }

    private static void requireCount(String field, int found, InferInputTensor tensor, int expected)
            throws RefusedException {
        if (found != expected) {
            String unit = field.startsWith("raw") ? " bytes" : " values";
            throw invalid(field + " holds " + found + unit + " where " + tensor.getDatatype() + " of shape "
                    + tensor.getShapeList() + " needs " + expected);
        }
    }
}
