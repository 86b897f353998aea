package dev.freshet.server.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.InputTensor;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import dev.freshet.server.http.Exchange;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /predict}, for the page and for {@code curl}: one PNG or JPEG file of the model's size in, the class
 * in JSON out.
 */
final class PictureService implements HttpService {
    private final Inference inference;
    private final RequestMeters meters;

    PictureService(Inference inference, RequestMeters meters) {
        this.inference = inference;
        this.meters = meters;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        MediaType type = request.contentType();
        if (type == null || !(type.is(MediaType.PNG) || type.is(MediaType.JPEG))) {
            RefusedException unused = meters.refused(RefusedException.invalid("content-type is " + type));
            return Json.error(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "content-type is " + type + "; image/png and image/jpeg are taken");
        }
        Exchange exchange = new Exchange(context, meters);
        return HttpResponse.of(request.aggregate()
                .thenCompose(picture -> infer(exchange, picture))
                .handleAsync(Answers.written(exchange, PictureService::answer), exchange.eventLoop()));
    }

    private CompletableFuture<Answer> infer(Exchange exchange, AggregatedHttpRequest picture) {
        InputTensor input =
                InputTensor.ofPicture(ByteBuffer.wrap(picture.content().array()));
        return exchange.infer(
                inference,
                new InferenceRequest(
                        inference.model(), "", "", List.of(input), List.of(), false, exchange.deadlineNanos(0)));
    }

    private static HttpResponse answer(Answer answer) {
        int predicted = answer.classOf(0);
        ObjectNode json = Json.object();
        json.put("model", answer.request().model());
        json.put("version", answer.version());
        json.put("class", predicted);
        json.put("label", answer.label(predicted));
        ArrayNode probabilities = json.putArray("probabilities");
        for (int i = 0; i < answer.classes(); i++) {
            probabilities.add(answer.probability(0, i));
        }
        return Json.ok(json);
    }
}
