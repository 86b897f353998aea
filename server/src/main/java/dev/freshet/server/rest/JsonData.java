package dev.freshet.server.rest;

import static dev.freshet.server.api.RefusedException.invalid;

import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.TensorData;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} of one input in JSON: nested or flat, in row-major order. It may come before the data type, so numbers
 * and strings are kept until that is known; numbers as bytes, until one comes that is none.
 */
final class JsonData {
    private static final int FIRST_CAPACITY = 1024;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    /** All numbers, once there is one that is no byte. */
    private float @Nullable [] floats;

    private int count;
    private int firstOutOfRange;

    private final List<String> strings = new ArrayList<>();

    /** Reads the array that comes next. */
    void read(JsonReader json) throws RefusedException {
        if (json.kind() != JsonReader.Kind.ARRAY) {
            throw invalid("\"data\" is not an array");
        }
        json.beginArray();
        for (int depth = 1; depth > 0; ) {
            readBytes(json);
            if (!json.nextElement()) {
                depth--;
                continue;
            }
            JsonReader.Kind kind = json.kind();
            switch (kind) {
                case ARRAY -> {
                    json.beginArray();
                    depth++;
                }
                case NUMBER -> add(json.number());
                case STRING -> strings.add(json.string());
                default -> throw invalid("\"data\" holds " + kind + ", which is neither number nor string");
            }
        }
    }

    private void readBytes(JsonReader json) {
        if (floats != null) {
            return;
        }
        count = json.bytes(bytes, count);
        while (count == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * count);
            count = json.bytes(bytes, count);
        }
    }

    private void add(float number) {
        if (floats == null && number >= 0 && number <= 255 && number == (int) number) {
            // There is room: otherwise more would have been made for the bytes before it.
            bytes[count] = (byte) (int) number;
        } else {
            if (floats == null) {
                firstOutOfRange = count;
                floats = asFloats(2 * bytes.length);
            } else if (count == floats.length) {
                floats = Arrays.copyOf(floats, 2 * count);
            }
            floats[count] = number;
        }
        count++;
    }

    private float[] asFloats(int length) {
        float[] values = new float[length];
        for (int i = 0; i < count; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }

    /** @throws RefusedException if these are no values of the data type */
    TensorData as(Datatype datatype) throws RefusedException {
        boolean asStrings = datatype == Datatype.BYTES;
        if (asStrings ? count > 0 : !strings.isEmpty()) {
            throw invalid("the input's datatype is " + datatype + ", but \"data\" holds "
                    + (asStrings ? "numbers" : "strings"));
        }
        return switch (datatype) {
            case FP32 -> new TensorData.Floats(FloatBuffer.wrap(floats == null ? asFloats(count) : floats, 0, count));
            case UINT8 -> {
                if (floats != null) {
                    throw invalid("data[" + firstOutOfRange + "] is " + floats[firstOutOfRange]
                            + " where UINT8 goes from 0 to 255 in whole numbers");
                }
                yield new TensorData.Bytes(ByteBuffer.wrap(bytes, 0, count));
            }
            default -> new TensorData.Strings(files());
        };
    }

    /** JSON has no bytes; KServe's examples send pictures in Base64. No PNG or JPEG is text by itself. */
    private List<ByteBuffer> files() throws RefusedException {
        List<ByteBuffer> files = new ArrayList<>();
        for (String string : strings) {
            try {
                files.add(ByteBuffer.wrap(Base64.getDecoder().decode(string)));
            } catch (IllegalArgumentException e) {
                throw invalid("element " + files.size() + " is not Base64, in which pictures are sent in JSON");
            }
        }
        return files;
    }
}
