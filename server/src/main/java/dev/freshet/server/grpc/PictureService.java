package dev.freshet.server.grpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.core.config.Config;
import dev.freshet.core.metrics.Meters;
import dev.freshet.server.model.PathMeters;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /predict}, for the page and for {@code curl}: one PNG or JPEG file of the model's size in, the class
 * in JSON out.
 *
 * <p>Requests are read on event loops, and scored and answered on the pool that scores those of gRPC.
 */
final class PictureService implements HttpService {
    private static final Logger log = LoggerFactory.getLogger(PictureService.class);

    private final String model;
    private final Inference inference;
    private final PathMeters meters;
    private final MeterRegistry registry;

    PictureService(String model, Inference inference, PathMeters meters, MeterRegistry registry) {
        this.model = model;
        this.inference = inference;
        this.meters = meters;
        this.registry = registry;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return HttpResponse.of(request.aggregate()
                .thenApplyAsync(picture -> answer(context, picture), context.blockingTaskExecutor()));
    }

    private HttpResponse answer(ServiceRequestContext context, AggregatedHttpRequest request) {
        MediaType type = request.contentType();
        if (type == null || !(type.is(MediaType.PNG) || type.is(MediaType.JPEG))) {
            return refuse(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    Status.Code.INVALID_ARGUMENT,
                    "content-type is " + type + "; image/png and image/jpeg are taken");
        }
        try {
            ScoredBatch scored = inference.inferPicture(request.content().array());
            meters.duration().record(sinceStartOf(context));
            return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, json(scored));
        } catch (RefusedException e) {
            return refuse(
                    e.code() == Status.Code.UNAVAILABLE ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_REQUEST,
                    e.code(),
                    String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("request failed");
            return refuse(
                    HttpStatus.INTERNAL_SERVER_ERROR, Status.Code.INTERNAL, "the server failed; its log says why");
        }
    }

    private HttpResponse refuse(HttpStatus status, Status.Code reason, String message) {
        Meters.SERVER_REQUESTS_FAILED
                .counter(registry, "path", "http", "reason", Config.nameOf(reason))
                .increment();
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("error", message);
        return HttpResponse.of(status, MediaType.JSON_UTF_8, answer.toString());
    }

    private String json(ScoredBatch scored) {
        int predicted = scored.classOf(0);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("model", model);
        answer.put("version", scored.manifest().version());
        answer.put("class", predicted);
        answer.put("label", scored.manifest().spec().classes().get(predicted));
        ArrayNode probabilities = answer.putArray("probabilities");
        for (float probability : scored.probabilities()) {
            probabilities.add(probability);
        }
        return answer.toString();
    }

    /** With the time that the request waited for a thread of the pool. */
    private static Duration sinceStartOf(ServiceRequestContext context) {
        long started = context.log()
                .ensureAvailable(RequestLogProperty.REQUEST_START_TIME)
                .requestStartTimeNanos();
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
