package dev.freshet.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The routes by which others watch a process: {@code /metrics}, {@code /health/live} and {@code /health/ready}.
 *
 * <p>The server adds them to its own port; a process without one runs an {@link ObservabilityServer}.
 */
public final class Observability {
    private static final MediaType PROMETHEUS_TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");
    private static final MediaType OPEN_METRICS =
            MediaType.parse("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final PrometheusMeterRegistry registry;
    private final Health live;
    private final Health ready;

    /**
     * @param live whether the process should go on, or else be restarted
     * @param ready whether it can do its work now
     */
    public Observability(PrometheusMeterRegistry registry, Health live, Health ready) {
        this.registry = registry;
        this.live = live;
        this.ready = ready;
    }

    public void addTo(ServerBuilder server) {
        server.service("/metrics", (context, request) -> metrics(request));
        server.service("/health/live", answering(live));
        server.service("/health/ready", answering(ready));
    }

    /** Gauges may take locks, so neither an event loop nor a pool that scores collects them. */
    private HttpResponse metrics(HttpRequest request) {
        MediaType type = request.headers().get(HttpHeaderNames.ACCEPT, "").contains("application/openmetrics-text")
                ? OPEN_METRICS
                : PROMETHEUS_TEXT;
        return HttpResponse.of(CompletableFuture.supplyAsync(
                () -> HttpResponse.of(HttpStatus.OK, type, registry.scrape(type.toString())),
                CommonPools.blockingTaskExecutor()));
    }

    private static HttpService answering(Health health) {
        return (context, request) -> {
            Optional<String> problem = health.problem();
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("status", problem.isEmpty() ? "ok" : "unavailable");
            problem.ifPresent(reason -> answer.put("reason", reason));
            return HttpResponse.of(
                    problem.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
                    MediaType.JSON_UTF_8,
                    answer.toString());
        };
    }
}
