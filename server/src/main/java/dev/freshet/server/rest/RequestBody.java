package dev.freshet.server.rest;

import static dev.freshet.server.api.RefusedException.invalid;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import dev.freshet.server.api.Datatype;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.InputTensor;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestedOutput;
import dev.freshet.server.api.TensorData;
import dev.freshet.server.http.Exchange;
import dev.freshet.server.rest.JsonReader.Kind;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an inference request: a JSON object, and behind it the tensors that say how many bytes they have there
 * (Triton's extension of binary tensor data). Names that nobody here knows are passed over. One for each body.
 */
public final class RequestBody {
    static final AsciiString JSON_LENGTH = HttpHeaderNames.of("inference-header-content-length");

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
    public static InferenceRequest read(AggregatedHttpRequest body, String model, String version, Exchange exchange)
            throws RefusedException {
        byte[] bytes = body.content().array();
        int jsonLength = jsonLength(body.headers().get(JSON_LENGTH), bytes.length);
        RequestBody reading = new RequestBody(ByteBuffer.wrap(bytes, jsonLength, bytes.length - jsonLength));
        reading.readRequest(new JsonReader(bytes, jsonLength));
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

    private void readRequest(JsonReader json) throws RefusedException {
        require(json.kind() == Kind.OBJECT, "the request is not a JSON object");
        json.beginObject();
        boolean hasInputs = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "id" -> id = text(json, name);
                case "parameters" -> readRequestParameters(json);
                case "inputs" -> {
                    hasInputs = true;
                    for (beginArray(json, name); json.nextElement(); ) {
                        readInput(json);
                    }
                }
                case "outputs" -> {
                    for (beginArray(json, name); json.nextElement(); ) {
                        readOutput(json);
                    }
                }
                default -> json.skip();
            }
        }
        require(json.isAtEnd(), "something stands behind the JSON object");
        require(hasInputs, "the request has no \"inputs\"");
    }

    private void readRequestParameters(JsonReader json) throws RefusedException {
        beginParameters(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "binary_data_output" -> rawOutputs = flag(json, name);
                case "timeout" -> timeoutMicros = json.wholeNumber(name);
                default -> json.skip();
            }
        }
    }

    private void readInput(JsonReader json) throws RefusedException {
        require(json.kind() == Kind.OBJECT, "an input is not an object");
        json.beginObject();
        String name = null;
        String datatype = null;
        List<Long> shape = null;
        JsonData data = null;
        Parameters parameters = new Parameters();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            switch (field) {
                case "name" -> name = text(json, field);
                case "datatype" -> datatype = text(json, field);
                case "shape" -> shape = shape(json);
                case "parameters" -> readParameters(json, parameters);
                case "data" -> {
                    data = new JsonData();
                    data.read(json);
                }
                default -> json.skip();
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

    private void readOutput(JsonReader json) throws RefusedException {
        require(json.kind() == Kind.OBJECT, "an output is not an object");
        json.beginObject();
        String name = null;
        Parameters parameters = new Parameters();
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            switch (field) {
                case "name" -> name = text(json, field);
                case "parameters" -> readParameters(json, parameters);
                default -> json.skip();
            }
        }
        if (name == null) {
            throw invalid("an output needs a \"name\"");
        }
        outputs.add(new AskedOutput(name, parameters.classification, parameters.binaryData));
    }

    private static void readParameters(JsonReader json, Parameters parameters) throws RefusedException {
        beginParameters(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            switch (name) {
                case "binary_data_size" -> parameters.binaryDataSize = json.wholeNumber(name);
                case "binary_data" -> parameters.binaryData = flag(json, name);
                case "classification" -> parameters.classification = json.wholeNumber(name);
                default -> json.skip();
            }
        }
    }

    private static void beginParameters(JsonReader json) throws RefusedException {
        require(json.kind() == Kind.OBJECT, "\"parameters\" is not an object");
        json.beginObject();
    }

    private static List<Long> shape(JsonReader json) throws RefusedException {
        List<Long> shape = new ArrayList<>(4);
        for (beginArray(json, "shape"); json.nextElement(); ) {
            shape.add(json.wholeNumber("shape"));
        }
        return shape;
    }

    private static void beginArray(JsonReader json, String name) throws RefusedException {
        if (json.kind() != Kind.ARRAY) {
            throw invalid("\"" + name + "\" is not an array");
        }
        json.beginArray();
    }

    private static String text(JsonReader json, String name) throws RefusedException {
        if (json.kind() != Kind.STRING) {
            throw invalid("\"" + name + "\" is not a string");
        }
        return json.string();
    }

    private static boolean flag(JsonReader json, String name) throws RefusedException {
        Kind kind = json.kind();
        if (kind != Kind.TRUE && kind != Kind.FALSE) {
            throw invalid("\"" + name + "\" is neither true nor false");
        }
        json.literal(kind);
        return kind == Kind.TRUE;
    }

    private static void require(boolean condition, String otherwise) throws RefusedException {
        if (!condition) {
            throw invalid(otherwise);
        }
    }
}
