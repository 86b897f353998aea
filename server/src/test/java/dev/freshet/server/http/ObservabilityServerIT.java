package dev.freshet.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.metrics.Meters;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ObservabilityServerIT {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void exportsMetersAsPrometheusTextOrOpenMetrics() throws Exception {
        // Given
        Meters.INGEST_RECORDS.counter(registry).increment(3);

        try (ObservabilityServer server = ObservabilityServer.start(0, registry, ready::get)) {
            // When
            HttpResponse<String> text = get(server, "/metrics", "*/*");
            HttpResponse<String> openMetrics =
                    get(server, "/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

            // Then
            assertThat(text.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(text.body()).contains("freshet_ingest_records_total 3.0");
            assertThat(openMetrics.headers().firstValue("content-type"))
                    .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(openMetrics.body())
                    .contains("freshet_ingest_records_total 3.0")
                    .endsWith("# EOF\n");
        }
    }

    @Test
    void isLiveAtOnceAndReadyWhenTheProcessSaysSo() throws Exception {
        try (ObservabilityServer server = ObservabilityServer.start(0, registry, ready::get)) {
            // Given
            assertThat(get(server, "/health/live", "*/*").statusCode()).isEqualTo(200);
            HttpResponse<String> before = get(server, "/health/ready", "*/*");
            assertThat(before.statusCode()).isEqualTo(503);
            assertThat(before.body())
                    .isEqualTo("{\"status\":\"unavailable\",\"reason\":\"the process is not ready yet\"}");

            // When
            ready.set(true);

            // Then
            HttpResponse<String> after = get(server, "/health/ready", "*/*");
            assertThat(after.statusCode()).isEqualTo(200);
            assertThat(after.body()).isEqualTo("{\"status\":\"ok\"}");
        }
    }

    @Test
    void aTakenPortIsAnsweredWithTheSettingsName() {
        try (ObservabilityServer first = ObservabilityServer.start(0, registry, ready::get)) {
            ListenAddress taken = new ListenAddress("trainer.metrics-port", "0.0.0.0", first.port());

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ObservabilityServer.start(taken, registry, Health.always()))
                    .withMessageStartingWith(
                            "trainer.metrics-port " + first.port() + " on host 0.0.0.0 cannot be listened on")
                    .withMessageEndingWith("choose another port, or 0 for any that is free");
        }
    }

    private HttpResponse<String> get(ObservabilityServer server, String path, String accept)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .header("accept", accept)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
