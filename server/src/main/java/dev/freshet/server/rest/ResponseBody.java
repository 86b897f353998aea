package dev.freshet.server.rest;

import static dev.freshet.server.rest.JsonWriter.ascii;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.OutputTensor;
import dev.freshet.server.api.TensorData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes the body of an answer: a JSON object, and behind it the tensors that were asked for in binary. Stateless. */
final class ResponseBody {
    private static final ResponseHeaders IN_JSON =
            ResponseHeaders.builder(HttpStatus.OK).contentType(MediaType.JSON).build();
    private static final ResponseHeaders IN_BINARY = ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.OCTET_STREAM)
            .build();

    private static final byte[] MODEL_NAME = ascii("{\"model_name\":");
    private static final byte[] MODEL_VERSION = ascii(",\"model_version\":\"");
    private static final byte[] ID = ascii("\",\"id\":");
    private static final byte[] PARAMETERS_BEHIND_ID = ascii(",\"parameters\":{");
    private static final byte[] PARAMETERS = ascii("\",\"parameters\":{");
    private static final byte[] OUTPUTS = ascii("},\"outputs\":[");
    private static final byte[] NAME = ascii("{\"name\":");
    private static final byte[] DATATYPE = ascii(",\"datatype\":");
    private static final byte[] SHAPE = ascii(",\"shape\":[");
    private static final byte[] BINARY_SIZE = ascii("],\"parameters\":{\"binary_data_size\":");
    private static final byte[] DATA = ascii("],\"data\":[");

    private ResponseBody() {}

    static HttpResponse of(Answer answer) {
        JsonWriter json = new JsonWriter();
        List<ByteBuffer> binary = new ArrayList<>(3);
        json.raw(MODEL_NAME).string(answer.request().model());
        json.raw(MODEL_VERSION).number(answer.version());
        if (answer.request().id().isEmpty()) {
            json.raw(PARAMETERS);
        } else {
            json.raw(ID).string(answer.request().id()).raw(PARAMETERS_BEHIND_ID);
        }
        boolean first = true;
        for (Answer.Parameter parameter : Answer.Parameter.ALL) {
            if (!first) {
                json.raw(',');
            }
            first = false;
            json.string(parameter.title()).raw(':').number(parameter.of(answer));
        }
        json.raw(OUTPUTS);
        List<OutputTensor> outputs = answer.outputs();
        for (int i = 0; i < outputs.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            write(outputs.get(i), json, binary);
        }
        json.raw(']').raw('}');
        ResponseHeaders headers = IN_JSON;
        if (!binary.isEmpty()) {
            headers = IN_BINARY.toBuilder()
                    .setInt(RequestBody.JSON_LENGTH, json.size())
                    .build();
            binary.forEach(json::raw);
        }
        return HttpResponse.of(headers, HttpData.wrap(json.bytes(), 0, json.size()));
    }

    private static void write(OutputTensor output, JsonWriter json, List<ByteBuffer> binary) {
        json.raw(NAME).string(output.name());
        json.raw(DATATYPE).string(output.datatype().name());
        json.raw(SHAPE);
        for (int i = 0; i < output.shape().size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.number(output.shape().get(i));
        }
        if (output.raw()) {
            ByteBuffer bytes = output.data().raw();
            binary.add(bytes);
            json.raw(BINARY_SIZE).number(bytes.limit()).raw('}');
        } else {
            json.raw(DATA);
            write(output.data(), json);
            json.raw(']');
        }
        json.raw('}');
    }

    private static void write(TensorData data, JsonWriter json) {
        for (int i = 0; i < data.count(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            if (data instanceof TensorData.Floats floats) {
                json.number(floats.values().get(i));
            } else if (data instanceof TensorData.Longs longs) {
                json.number(longs.values().get(i));
            } else if (data instanceof TensorData.Bytes bytes) {
                json.number(bytes.values().get(i) & 0xff);
            } else if (data instanceof TensorData.Strings strings) {
                json.string(strings.elements().get(i));
            }
        }
    }
}
