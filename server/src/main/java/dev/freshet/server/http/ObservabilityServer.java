package dev.freshet.server.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.BooleanSupplier;

/** A port for meters and health alone, for processes that answer no requests; whoever started it closes it. */
public final class ObservabilityServer implements AutoCloseable {
    private final HttpServer http;

    private ObservabilityServer(HttpServer http) {
        this.http = http;
    }

    /**
     * Listens on every address of the machine.
     *
     * @param port 0 for any that is free
     * @param ready asked at every {@code /health/ready}
     * @throws IllegalArgumentException if the port is taken
     */
    public static ObservabilityServer start(int port, PrometheusMeterRegistry registry, BooleanSupplier ready) {
        return start(
                new ListenAddress("port", "0.0.0.0", port), registry, Health.of(ready, "the process is not ready yet"));
    }

    /**
     * Listens on one address.
     *
     * @throws IllegalArgumentException if the port is taken, with the setting's name
     */
    public static ObservabilityServer start(ListenAddress address, PrometheusMeterRegistry registry, Health ready) {
        Observability observability = new Observability(registry, Health.always(), ready);
        return new ObservabilityServer(HttpServer.start(address, observability::addTo));
    }

    /** The port it listens on, also where any was asked for. */
    public int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.close();
    }
}
