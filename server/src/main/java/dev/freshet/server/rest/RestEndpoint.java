package dev.freshet.server.rest;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.encoding.DecodingService;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import io.micrometer.core.instrument.MeterRegistry;

/** The routes below {@code /v2} and {@code /predict} of a server's port; the server adds them. */
public final class RestEndpoint {
    private static final String MODEL = "/v2/models/{model}";
    private static final String VERSION = MODEL + "/versions/{version}";

    private final Inference inference;
    private final RequestMeters meters;

    public RestEndpoint(Inference inference, MeterRegistry registry) {
        this.inference = inference;
        this.meters = new RequestMeters(registry, "http");
    }

    public void addTo(ServerBuilder server) {
        get(server, "/v2", (context, request) -> Json.ok(Json.of(inference.describeServer())));
        get(server, "/v2/", (context, request) -> Json.ok(Json.of(inference.describeServer())));
        get(server, "/v2/health/live", (context, request) -> live());
        get(server, "/v2/health/ready", (context, request) -> ready());
        InferService infer = new InferService(inference, meters);
        for (String path : new String[] {MODEL, VERSION}) {
            get(server, path, (context, request) -> describe(context));
            get(server, path + "/ready", (context, request) -> modelReady(context));
            add(server, path + "/infer", only(HttpMethod.POST, infer));
        }
        add(server, "/predict", only(HttpMethod.POST, new PictureService(inference, meters)));
        add(
                server,
                "prefix:/v2/",
                (context, request) -> Json.error(
                        HttpStatus.NOT_FOUND, "there is no " + context.path() + " in the Open Inference Protocol"));
    }

    private static void get(ServerBuilder server, String path, HttpService service) {
        add(server, path, only(HttpMethod.GET, service));
    }

    private static void add(ServerBuilder server, String path, HttpService service) {
        server.route()
                .path(path)
                .decorator(DecodingService.newDecorator())
                .errorHandler(new ErrorAnswers())
                .build(service);
    }

    /** Others are told so in JSON, which Armeria's own answer is not. */
    private static HttpService only(HttpMethod method, HttpService service) {
        return new SimpleDecoratingHttpService(service) {
            @Override
            public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
                return request.method() == method || isHeadOf(method, request.method())
                        ? unwrap().serve(context, request)
                        : Json.error(
                                HttpStatus.METHOD_NOT_ALLOWED,
                                context.path() + " takes " + method + ", not " + request.method());
            }
        };
    }

    private static boolean isHeadOf(HttpMethod allowed, HttpMethod asked) {
        return allowed == HttpMethod.GET && asked == HttpMethod.HEAD;
    }

    private HttpResponse live() {
        boolean live = inference.isLive();
        return Json.of(status(live), Json.object().put("live", live));
    }

    /** The published text has {@code live} here, clients look for {@code ready}. */
    private HttpResponse ready() {
        boolean ready = inference.isReady();
        return Json.of(
                status(ready), Json.object().put("live", inference.isLive()).put("ready", ready));
    }

    private HttpResponse modelReady(ServiceRequestContext context) {
        String model = context.pathParam("model");
        boolean ready = inference.isReady(model, version(context));
        HttpStatus status = ready || inference.isServed(model, version(context)) ? status(ready) : HttpStatus.NOT_FOUND;
        return Json.of(status, Json.object().put("name", model).put("ready", ready));
    }

    private HttpResponse describe(ServiceRequestContext context) {
        try {
            return Json.ok(Json.of(inference.describe(context.pathParam("model"), version(context))));
        } catch (RefusedException e) {
            return Json.error(meters.refused(e));
        }
    }

    private static HttpStatus status(boolean good) {
        return good ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE;
    }

    /** Empty where the path names none. */
    static String version(ServiceRequestContext context) {
        String version = context.pathParam("version");
        return version == null ? "" : version;
    }
}
