package dev.freshet.server.rest;

import static dev.freshet.server.api.RefusedException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The {@code data} of one input in JSON: nested or flat, in row-major order. It may come before the data type, so numbers
 * and strings are kept until that is known.
 */
final class JsonData {
    private static final int FIRST_CAPACITY = 1024;

    private float[] numbers = new float[FIRST_CAPACITY];
    private int count;
    /** The first number that is no byte; -1 while there is none. */
    private int firstOutOfRange = -1;

    private final List<String> strings = new ArrayList<>();

    /** Reads the array that the parser stands on. */
    void read(JsonParser json) throws IOException, RefusedException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("\"data\" is not an array");
        }
        for (int depth = 1; depth > 0; ) {
            JsonToken token = json.nextToken();
            switch (token) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> add(json.getFloatValue());
                case VALUE_STRING -> strings.add(json.getText());
                default -> throw invalid("\"data\" holds " + json.getText() + ", which is neither number nor string");
            }
        }
    }

    private void add(float number) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        if (firstOutOfRange < 0 && !(number >= 0 && number <= 255 && number == (int) number)) {
            firstOutOfRange = count;
        }
        numbers[count] = number;
        count++;
    }

    /** @throws RefusedException if these are no values of the data type */
    TensorData as(Datatype datatype) throws RefusedException {
        boolean asStrings = datatype == Datatype.BYTES;
        if (asStrings ? count > 0 : !strings.isEmpty()) {
            throw invalid("the input's datatype is " + datatype + ", but \"data\" holds "
                    + (asStrings ? "numbers" : "strings"));
        }
        return switch (datatype) {
            case FP32 -> new TensorData.Floats(FloatBuffer.wrap(Arrays.copyOf(numbers, count)));
            case UINT8 -> new TensorData.Bytes(ByteBuffer.wrap(bytes()));
            default -> new TensorData.Strings(files());
        };
    }

    private byte[] bytes() throws RefusedException {
        if (firstOutOfRange >= 0) {
            throw invalid("data[" + firstOutOfRange + "] is " + numbers[firstOutOfRange]
                    + " where UINT8 goes from 0 to 255 in whole numbers");
        }
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (int) numbers[i];
        }
        return bytes;
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
