package dev.freshet.server.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import dev.freshet.server.http.Exchange;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** {@code POST /v2/models/{model}[/versions/{version}]/infer}. */
final class InferService implements HttpService {
    /** A colour picture of 64×64 in JSON; reading more would keep an event loop from others. */
    private static final int LARGE_BYTES = 64 << 10;

    private final Inference inference;
    private final RequestMeters meters;

    InferService(Inference inference, RequestMeters meters) {
        this.inference = inference;
        this.meters = meters;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Exchange exchange = new Exchange(context, meters);
        return HttpResponse.of(request.aggregate()
                .thenCompose(body -> read(exchange, body))
                .thenCompose(asked -> exchange.infer(inference, asked))
                .handleAsync(Answers.written(exchange, ResponseBody::of), exchange.eventLoop()));
    }

    private static CompletableFuture<InferenceRequest> read(Exchange exchange, AggregatedHttpRequest body) {
        ServiceRequestContext context = exchange.context();
        Executor reader = body.content().length() > LARGE_BYTES ? context.blockingTaskExecutor() : Runnable::run;
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return RequestBody.read(
                                body, context.pathParam("model"), RestEndpoint.version(context), exchange);
                    } catch (RefusedException e) {
                        throw new CompletionException(e);
                    }
                },
                reader);
    }
}
