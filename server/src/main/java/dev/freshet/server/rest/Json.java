package dev.freshet.server.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.freshet.server.api.ModelDescription;
import dev.freshet.server.api.Refusal;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.ServerDescription;
import dev.freshet.server.api.TensorDescription;
import java.util.List;

/** Small answers in JSON. Stateless. */
final class Json {
    /** Overload passes within the time that a full queue takes to score, which is less. */
    private static final String RETRY_AFTER_SECONDS = "1";

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static HttpResponse ok(JsonNode body) {
        return of(HttpStatus.OK, body);
    }

    static HttpResponse of(HttpStatus status, JsonNode body) {
        return HttpResponse.of(status, MediaType.JSON, body.toString());
    }

    static HttpResponse error(HttpStatus status, String message) {
        return of(status, object().put("error", message));
    }

    static HttpResponse error(RefusedException refusal) {
        ResponseHeadersBuilder headers =
                ResponseHeaders.builder(status(refusal.reason())).contentType(MediaType.JSON);
        if (refusal.reason() == Refusal.OVERLOADED) {
            headers.set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        String body = object().put("error", refusal.getMessage()).toString();
        return HttpResponse.of(headers.build(), HttpData.ofUtf8(body));
    }

    private static HttpStatus status(Refusal reason) {
        return switch (reason) {
            case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
            case TOO_LARGE -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case FAILED_PRECONDITION -> HttpStatus.CONFLICT;
            case OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
            case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
            case CANCELLED -> HttpStatus.CLIENT_CLOSED_REQUEST;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    static ObjectNode of(ServerDescription server) {
        ObjectNode json = object().put("name", server.name()).put("version", server.version());
        server.extensions().forEach(json.putArray("extensions")::add);
        return json;
    }

    static ObjectNode of(ModelDescription model) {
        ObjectNode json = object().put("name", model.name());
        model.versions().forEach(json.putArray("versions")::add);
        json.put("platform", model.platform());
        addTensors(json.putArray("inputs"), model.inputs());
        addTensors(json.putArray("outputs"), model.outputs());
        return json;
    }

    private static void addTensors(ArrayNode into, List<TensorDescription> tensors) {
        for (TensorDescription tensor : tensors) {
            ObjectNode json = into.addObject().put("name", tensor.name()).put("datatype", tensor.datatype());
            tensor.shape().forEach(json.putArray("shape")::add);
        }
    }
}
