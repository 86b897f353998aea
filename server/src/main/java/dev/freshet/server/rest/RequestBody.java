package dev.freshet.server.rest;

import static dev.freshet.server.api.RefusedException.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.InputTensor;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestedOutput;
import dev.freshet.server.api.TensorData;
import dev.freshet.server.http.Exchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an inference request: a JSON object, and behind it the tensors that say how many bytes they have there
 * (Triton's extension of binary tensor data). Names that nobody here knows are passed over.
 *
 * <p>Reads token by token, since a tree of a picture's numbers would cost more than scoring it. One for each body.
 */
final class RequestBody {
    static final String JSON_LENGTH = "inference-header-content-length";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ByteBuffer binary;
    private String id = "";
    private boolean rawOutputs;
    private long timeoutMicros;
    private final List<InputTensor> inputs = new ArrayList<>();
    private final List<AskedOutput> outputs = new ArrayList<>();

    private RequestBody(ByteBuffer binary) {
        this.binary = binary;
    }

    /** An output whose form may yet be decided by a parameter of the request. */
    private record AskedOutput(
            String name, long classification, @Nullable Boolean raw) {}

    /** The parameters that mean something here; the others are passed over. */
    private static final class Parameters {
        @Nullable
        Long binaryDataSize;

        @Nullable
        Boolean binaryData;

        long classification;
    }

    /**
     * Reads a body.
     *
     * @param version empty for whichever is served
     * @throws RefusedException if it is not what the protocol asks for
     */
    static InferenceRequest read(AggregatedHttpRequest body, String model, String version, Exchange exchange)
            throws RefusedException {
        byte[] bytes = body.content().array();
        int jsonLength = jsonLength(body.headers().get(JSON_LENGTH), bytes.length);
        RequestBody reading = new RequestBody(ByteBuffer.wrap(bytes, jsonLength, bytes.length - jsonLength));
        try (JsonParser json = JSON.createParser(bytes, 0, jsonLength)) {
            reading.readRequest(json);
        } catch (JsonProcessingException e) {
            throw invalid("the request is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw invalid("the request cannot be read: " + e.getMessage());
        }
        if (reading.binary.hasRemaining()) {
            throw invalid("the body has " + reading.binary.remaining()
                    + " bytes behind those that the inputs' binary_data_size tells of");
        }
        List<RequestedOutput> outputs = new ArrayList<>();
        for (AskedOutput asked : reading.outputs) {
            boolean raw = asked.raw() == null ? reading.rawOutputs : asked.raw();
            outputs.add(RequestedOutput.of(asked.name(), asked.classification(), raw));
        }
        return new InferenceRequest(
                model,
                version,
                reading.id,
                reading.inputs,
                outputs,
                reading.rawOutputs,
                exchange.deadlineNanos(reading.timeoutMicros));
    }

    private static int jsonLength(@Nullable String header, int bodyLength) throws RefusedException {
        if (header == null) {
            return bodyLength;
        }
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= bodyLength) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Falls through: the message is the same.
        }
        throw invalid(JSON_LENGTH + " is \"" + header + "\" where the body has " + bodyLength + " bytes");
    }

    private void readRequest(JsonParser json) throws IOException, RefusedException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("the request is not a JSON object");
        }
        boolean hasInputs = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "id" -> id = text(json, "id");
                case "parameters" -> readRequestParameters(json);
                case "inputs" -> {
                    hasInputs = true;
                    require(value == JsonToken.START_ARRAY, "\"inputs\" is not an array");
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        readInput(json);
                    }
                }
                case "outputs" -> {
                    require(value == JsonToken.START_ARRAY, "\"outputs\" is not an array");
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        readOutput(json);
                    }
                }
                default -> json.skipChildren();
            }
        }
        require(json.nextToken() == null, "something stands behind the JSON object");
        require(hasInputs, "the request has no \"inputs\"");
    }

    private void readRequestParameters(JsonParser json) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.START_OBJECT, "\"parameters\" is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "binary_data_output" -> rawOutputs = flag(json, name);
                case "timeout" -> timeoutMicros = number(json, name);
                default -> json.skipChildren();
            }
        }
    }

    private void readInput(JsonParser json) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.START_OBJECT, "an input is not an object");
        String name = null;
        String datatype = null;
        List<Long> shape = null;
        JsonData data = null;
        Parameters parameters = new Parameters();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = text(json, field);
                case "datatype" -> datatype = text(json, field);
                case "shape" -> shape = shape(json);
                case "parameters" -> readParameters(json, parameters);
                case "data" -> {
                    data = new JsonData();
                    data.read(json);
                }
                default -> json.skipChildren();
            }
        }
        if (name == null || datatype == null || shape == null) {
            throw invalid("an input needs \"name\", \"shape\" and \"datatype\"");
        }
        Datatype type = Datatype.ofInput(datatype);
        inputs.add(new InputTensor(name, type, shape, data(name, type, data, parameters.binaryDataSize)));
    }

    private TensorData data(String name, Datatype type, @Nullable JsonData data, @Nullable Long binarySize)
            throws RefusedException {
        if (binarySize == null) {
            if (data == null) {
                throw invalid("input \"" + name + "\" has neither \"data\" nor the parameter \"binary_data_size\"");
            }
            return data.as(type);
        }
        require(data == null, "input \"" + name + "\" has both \"data\" and \"binary_data_size\": send either");
        if (binarySize < 0 || binarySize > binary.remaining()) {
            throw invalid("input \"" + name + "\" has binary_data_size " + binarySize + " where " + binary.remaining()
                    + " bytes are left behind the JSON object");
        }
        int size = binarySize.intValue();
        TensorData raw = TensorData.ofRaw(type, binary.slice(binary.position(), size));
        binary.position(binary.position() + size);
        return raw;
    }

    private void readOutput(JsonParser json) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.START_OBJECT, "an output is not an object");
        String name = null;
        Parameters parameters = new Parameters();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = text(json, field);
                case "parameters" -> readParameters(json, parameters);
                default -> json.skipChildren();
            }
        }
        if (name == null) {
            throw invalid("an output needs a \"name\"");
        }
        outputs.add(new AskedOutput(name, parameters.classification, parameters.binaryData));
    }

    private static void readParameters(JsonParser json, Parameters parameters) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.START_OBJECT, "\"parameters\" is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "binary_data_size" -> parameters.binaryDataSize = number(json, name);
                case "binary_data" -> parameters.binaryData = flag(json, name);
                case "classification" -> parameters.classification = number(json, name);
                default -> json.skipChildren();
            }
        }
    }

    private static List<Long> shape(JsonParser json) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.START_ARRAY, "\"shape\" is not an array");
        List<Long> shape = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            shape.add(number(json, "shape"));
        }
        return shape;
    }

    private static String text(JsonParser json, String name) throws IOException, RefusedException {
        require(json.currentToken() == JsonToken.VALUE_STRING, "\"" + name + "\" is not a string");
        return json.getText();
    }

    private static long number(JsonParser json, String name) throws IOException, RefusedException {
        boolean isNumber = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        require(isNumber, "\"" + name + "\" is not a whole number");
        return json.getLongValue();
    }

    private static boolean flag(JsonParser json, String name) throws IOException, RefusedException {
        require(json.currentToken().isBoolean(), "\"" + name + "\" is neither true nor false");
        return json.getBooleanValue();
    }

    private static void require(boolean condition, String otherwise) throws RefusedException {
        if (!condition) {
            throw invalid(otherwise);
        }
    }
}
