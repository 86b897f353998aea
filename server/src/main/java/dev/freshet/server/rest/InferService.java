package dev.freshet.server.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import dev.freshet.server.http.Exchange;
import java.util.concurrent.CompletableFuture;

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

    /** Bodies and answers come and go as a whole. */
    @Override
    public ExchangeType exchangeType(RoutingContext routing) {
        return ExchangeType.UNARY;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Exchange exchange = new Exchange(context, meters);
        return HttpResponse.of(request.aggregate()
                .thenCompose(body -> infer(exchange, body))
                .handleAsync(Answers.written(exchange, ResponseBody::of), exchange.eventLoop()));
    }

    private CompletableFuture<Answer> infer(Exchange exchange, AggregatedHttpRequest body) {
        if (body.content().length() <= LARGE_BYTES) {
            return readAndInfer(exchange, body);
        }
        return CompletableFuture.completedFuture(body)
                .thenComposeAsync(
                        large -> readAndInfer(exchange, large),
                        exchange.context().blockingTaskExecutor());
    }

    private CompletableFuture<Answer> readAndInfer(Exchange exchange, AggregatedHttpRequest body) {
        ServiceRequestContext context = exchange.context();
        try {
            return exchange.infer(
                    inference,
                    RequestBody.read(body, context.pathParam("model"), RestEndpoint.version(context), exchange));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
