package dev.freshet.server.admin;

import static dev.freshet.server.api.RefusedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Change;
import dev.freshet.server.api.RefusedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Administration} in JSON, below {@code /v1/models/NAME}: {@code GET versions[/VERSION]}, and a {@code POST} for each
 * change. The server adds it to its port.
 */
public final class AdminRoutes {
    private static final String MODEL = "/v1/models/{model}";

    private static final JsonMapper JSON = JsonMapper.builder()
            // A misspelt name would be a change that nobody asked for.
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** What each change is read from. */
    private static final Map<String, Function<Body, Change>> CHANGES = Map.of(
            "pin", body -> new Change.Pin(body.requireVersion()),
            "unpin", body -> new Change.Unpin(),
            "label", body -> new Change.Label(body.requireLabel(), body.requireVersion(), body.weight()),
            "unlabel", body -> new Change.Unlabel(body.requireLabel()),
            "rollback", body -> new Change.Rollback(body.version()),
            "quarantine", body -> new Change.Quarantine(body.requireVersion()),
            "unquarantine", body -> new Change.Unquarantine(body.requireVersion()));

    private final Administration administration;

    public AdminRoutes(Administration administration) {
        this.administration = administration;
    }

    /** A request's body; a change looks at what it needs. */
    private record Body(
            @Nullable Long version,
            @Nullable String label,
            @Nullable Double weight,
            @Nullable String who,
            @Nullable String why) {
        long requireVersion() {
            if (version == null) {
                throw new IllegalArgumentException("\"version\" is missing");
            }
            return version;
        }

        String requireLabel() {
            if (label == null) {
                throw new IllegalArgumentException("\"label\" is missing");
            }
            return label;
        }

        Authorship by() {
            return new Authorship(who == null ? "" : who, why == null ? "" : why);
        }
    }

    public void addTo(ServerBuilder server) {
        server.service(MODEL, only(HttpMethod.GET, this::state));
        server.service(MODEL + "/versions", only(HttpMethod.GET, this::list));
        server.service(MODEL + "/versions/{version}", only(HttpMethod.GET, this::get));
        CHANGES.forEach((name, change) -> server.service(
                MODEL + "/" + name, only(HttpMethod.POST, (context, request) -> change(context, request, change))));
    }

    private static HttpService only(HttpMethod method, HttpService service) {
        return (context, request) -> request.method() == method
                ? service.serve(context, request)
                : error(
                        HttpStatus.METHOD_NOT_ALLOWED,
                        context.path() + " takes " + method + ", not " + request.method());
    }

    private HttpResponse state(ServiceRequestContext context, HttpRequest request) {
        try {
            return ok(administration.list(model(context), 0, 1).state());
        } catch (RefusedException e) {
            return error(e);
        }
    }

    private HttpResponse list(ServiceRequestContext context, HttpRequest request) {
        try {
            long before = number(context.queryParams().get("before", "0"));
            int limit = (int) Math.min(number(context.queryParams().get("limit", "0")), Integer.MAX_VALUE);
            return ok(administration.list(model(context), before, limit));
        } catch (RefusedException e) {
            return error(e);
        }
    }

    private HttpResponse get(ServiceRequestContext context, HttpRequest request) {
        try {
            return ok(administration.get(model(context), number(String.valueOf(context.pathParam("version")))));
        } catch (RefusedException e) {
            return error(e);
        }
    }

    private HttpResponse change(ServiceRequestContext context, HttpRequest request, Function<Body, Change> change) {
        // A page of another site can make a browser send other types, but not this one.
        MediaType type = request.contentType();
        if (type == null || !type.is(MediaType.JSON)) {
            return error(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "content-type is " + type + "; application/json is taken");
        }
        CompletableFuture<HttpResponse> answer = request.aggregate()
                .thenCompose(body -> change(context, body, change))
                .exceptionally(failure -> error(Administration.refusal(failure)));
        return HttpResponse.of(answer);
    }

    private CompletableFuture<HttpResponse> change(
            ServiceRequestContext context, AggregatedHttpRequest request, Function<Body, Change> change) {
        @Nullable Body body;
        try {
            body = JSON.readValue(request.contentUtf8(), Body.class);
        } catch (JsonProcessingException e) {
            return CompletableFuture.completedFuture(
                    error(invalid("the body is not such a request: " + e.getOriginalMessage())));
        }
        if (body == null) {
            return CompletableFuture.completedFuture(error(invalid("the body is not such a request: null")));
        }
        return administration
                .change(model(context), () -> change.apply(body), body::by)
                .thenApply(AdminRoutes::ok);
    }

    private static String model(ServiceRequestContext context) {
        return String.valueOf(context.pathParam("model"));
    }

    private static long number(String text) throws RefusedException {
        if (!text.matches("[0-9]{1,18}")) {
            throw invalid("\"" + text + "\" is no number");
        }
        return Long.parseLong(text);
    }

    private static HttpResponse ok(Object value) {
        return HttpResponse.of(HttpStatus.OK, MediaType.JSON, HttpData.wrap(SnapshotCodec.toJson(value)));
    }

    private static HttpResponse error(RefusedException refusal) {
        return error(
                switch (refusal.reason()) {
                    case INVALID_ARGUMENT -> HttpStatus.BAD_REQUEST;
                    case NOT_FOUND -> HttpStatus.NOT_FOUND;
                    case FAILED_PRECONDITION -> HttpStatus.CONFLICT;
                    case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
                    default -> HttpStatus.INTERNAL_SERVER_ERROR;
                },
                refusal.getMessage());
    }

    private static HttpResponse error(HttpStatus status, String message) {
        return HttpResponse.of(
                status,
                MediaType.JSON,
                JsonNodeFactory.instance.objectNode().put("error", message).toString());
    }
}
