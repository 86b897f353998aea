package dev.freshet.server.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.OutputTensor;
import dev.freshet.server.api.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the body of an answer: a JSON object, and behind it the tensors that were asked for in binary. Stateless. */
final class ResponseBody {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private ResponseBody() {}

    static HttpResponse of(Answer answer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512);
        List<ByteBuffer> binary = new ArrayList<>();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("model_name", answer.request().model());
            json.writeStringField("model_version", Long.toString(answer.version()));
            if (!answer.request().id().isEmpty()) {
                json.writeStringField("id", answer.request().id());
            }
            json.writeObjectFieldStart("parameters");
            for (Map.Entry<String, Long> parameter : answer.parameters().entrySet()) {
                json.writeNumberField(parameter.getKey(), parameter.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("outputs");
            for (OutputTensor output : answer.outputs()) {
                write(output, json, binary);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK);
        if (binary.isEmpty()) {
            headers.contentType(MediaType.JSON);
        } else {
            headers.contentType(MediaType.OCTET_STREAM).set(RequestBody.JSON_LENGTH, Integer.toString(body.size()));
            for (ByteBuffer bytes : binary) {
                body.write(bytes.array(), bytes.arrayOffset(), bytes.limit());
            }
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(body.toByteArray()));
    }

    private static void write(OutputTensor output, JsonGenerator json, List<ByteBuffer> binary) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", output.name());
        json.writeStringField("datatype", output.datatype().name());
        json.writeArrayFieldStart("shape");
        for (long length : output.shape()) {
            json.writeNumber(length);
        }
        json.writeEndArray();
        if (output.raw()) {
            ByteBuffer bytes = output.data().raw();
            binary.add(bytes);
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", bytes.limit());
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            write(output.data(), json);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void write(TensorData data, JsonGenerator json) throws IOException {
        for (int i = 0; i < data.count(); i++) {
            if (data instanceof TensorData.Floats floats) {
                json.writeNumber(floats.values().get(i));
            } else if (data instanceof TensorData.Longs longs) {
                json.writeNumber(longs.values().get(i));
            } else if (data instanceof TensorData.Bytes bytes) {
                json.writeNumber(bytes.values().get(i) & 0xff);
            } else if (data instanceof TensorData.Strings strings) {
                json.writeString(StandardCharsets.UTF_8
                        .decode(strings.elements().get(i).duplicate().rewind())
                        .toString());
            }
        }
    }
}
