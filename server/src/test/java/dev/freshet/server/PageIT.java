package dev.freshet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.metrics.Meters;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.InferTensorContents;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.server.model.VersionPolicy;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a browser asks of a server. */
@ExtendWith(KafkaBrokerExtension.class)
class PageIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Deque<Server> started = new ArrayDeque<>();

    @AfterEach
    void close() {
        started.forEach(Server::close);
    }

    @Test
    void thePageAndAllItsFilesComeFromTheServer(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker));

        // Then
        assertFile(server, "/", "text/html; charset=utf-8", "<title>Freshet</title>");
        assertFile(server, "/page.css", "text/css; charset=utf-8", "prefers-color-scheme: dark");
        assertFile(server, "/page.js", "application/javascript; charset=utf-8", "freshet_server_served_version");
        assertFile(server, "/ask.js", "application/javascript; charset=utf-8", "predict");
        assertFile(server, "/echarts.js", "application/javascript; charset=utf-8", "Apache Software Foundation");
    }

    @Test
    void thePageReadsMetersThatThereAre(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker));
        String script = get(server, "/page.js").body();

        // Then
        assertThat(script.lines().filter(line -> line.contains("\"freshet_")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(Arrays.stream(Meters.values())
                                .map(meter -> '"' + meter.meterName().replace('.', '_')))
                        .anyMatch(line::contains));
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker));
        String tag = get(server, "/echarts.js").headers().firstValue("etag").orElseThrow();

        // When
        HttpResponse<String> again = http.send(
                HttpRequest.newBuilder(uri(server, "/echarts.js"))
                        .header("if-none-match", tag)
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void theStatusNamesTheModelAndThenTheVersionThatAnswers(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Server server = start(kafka);
        HttpResponse<String> before = get(server, "/status");
        assertThat(before.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(before.body()).isEqualTo("{\"model\":\"default\",\"version\":null}");

        // When
        Versions.publish(kafka, Versions.version(3));
        await().atMost(LONG).until(() -> server.servedVersion() == 3);

        // Then
        assertThat(json.readTree(get(server, "/status").body())).isEqualTo(json.readTree("""
                        {
                          "model": "default",
                          "version": 3,
                          "createdAt": "2026-11-20T10:00:00Z",
                          "spec": "784-16-10",
                          "classes": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
                          "inputShape": [1, 28, 28],
                          "accuracy": 0.9375,
                          "loss": 0.25,
                          "holdOutExamples": 512,
                          "trainedExamples": 3000,
                          "engine": "plain",
                          "device": "cpu"
                        }
                        """));
    }

    @Test
    void aPictureIsAnsweredAsOverGrpc(KafkaBroker broker) throws Exception {
        // Given
        Server server = serving(broker, 5);
        byte[] picture = Versions.png(Versions.image(7));

        // When
        HttpResponse<String> response = predict(server, "image/png", picture);

        // Then
        ModelInferResponse overGrpc = GrpcClients.newClient(
                        "gproto+http://127.0.0.1:" + server.port(), GRPCInferenceServiceBlockingStub.class)
                .modelInfer(ModelInferRequest.newBuilder()
                        .setModelName("default")
                        .addInputs(InferInputTensor.newBuilder()
                                .setName("input")
                                .setDatatype("BYTES")
                                .addShape(1)
                                .setContents(InferTensorContents.newBuilder()
                                        .addBytesContents(ByteString.copyFrom(picture))))
                        .build());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        JsonNode answer = json.readTree(response.body());
        assertThat(answer.get("model").asText()).isEqualTo("default");
        assertThat(answer.get("version").asLong()).isEqualTo(5);
        assertThat(answer.get("class").asLong())
                .isEqualTo(overGrpc.getOutputs(1).getContents().getInt64Contents(0));
        assertThat(answer.get("label").asText())
                .isEqualTo(
                        overGrpc.getOutputs(2).getContents().getBytesContents(0).toStringUtf8());
        List<Float> probabilities = new ArrayList<>();
        answer.get("probabilities").forEach(value -> probabilities.add(value.floatValue()));
        assertThat(probabilities).isEqualTo(overGrpc.getOutputs(0).getContents().getFp32ContentsList());
        assertThat(registry.scrape()).contains("freshet_server_predictions_total{path=\"http\"} 1.0");
    }

    @Test
    void whatCannotBeAnsweredIsRefusedWithTheReasonAndCounted(KafkaBroker broker) throws Exception {
        // Given
        Server server = serving(broker, 1);
        byte[] picture = Versions.png(Versions.image(0));
        byte[] wide = Versions.file(new BufferedImage(30, 28, BufferedImage.TYPE_INT_RGB), "jpg");

        // Then
        assertRefused(
                predict(server, "image/gif", picture),
                415,
                "content-type is image/gif; image/png and image/jpeg are taken");
        assertRefused(predict(server, "image/jpeg", wide), 400, "a picture of 30×28 where the model takes 28×28");
        assertRefused(
                predict(server, "image/png", "GIF89a".getBytes(StandardCharsets.US_ASCII)),
                400,
                "6 bytes that are neither a PNG nor a JPEG file");
        assertRefused(predict(server, "image/png", new byte[0]), 400, "0 bytes that are neither a PNG nor a JPEG file");
        assertThat(predict(server, "image/png", Arrays.copyOf(picture, 60)).statusCode())
                .isEqualTo(400);
        assertThat(get(server, "/predict").statusCode()).isEqualTo(405);
        assertThat(Meters.SERVER_REQUESTS_FAILED
                        .counter(registry, "path", "http", "reason", "invalid-argument")
                        .count())
                .isEqualTo(5);
    }

    @Test
    void aPictureBeforeTheFirstVersionIsAnsweredWithUnavailable(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker));

        // Then
        assertRefused(
                predict(server, "image/png", Versions.png(Versions.image(0))),
                503,
                "no version of model default has been loaded yet");
    }

    private void assertFile(Server server, String path, String contentType, String part) throws Exception {
        HttpResponse<String> file = get(server, path);
        assertThat(file.statusCode()).as(path).isEqualTo(200);
        assertThat(file.headers().firstValue("content-type")).hasValue(contentType);
        assertThat(file.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
        assertThat(file.body()).contains(part);
    }

    private void assertRefused(HttpResponse<String> response, int status, String reason) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(json.readTree(response.body()).get("error").asText()).isEqualTo(reason);
    }

    private Server serving(KafkaBroker broker, long version) throws InterruptedException {
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(version));
        Server server = start(kafka);
        await().atMost(LONG).until(() -> server.servedVersion() == version);
        return server;
    }

    private Server start(KafkaSettings kafka) {
        ServerConfig config = new ServerConfig(
                Versions.MODEL,
                VersionPolicy.LATEST,
                true,
                "127.0.0.1",
                0,
                null,
                1024,
                ServerConfig.defaults().batching(),
                2,
                false,
                "servers",
                "server",
                true,
                Duration.ofMillis(50),
                1000);
        Server server = new Server(config, new PlainEngine(), kafka, registry, Clock.systemUTC());
        started.push(server);
        return server.start();
    }

    private HttpResponse<String> predict(Server server, String contentType, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(server, "/predict"))
                        .header("content-type", contentType)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Server server, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(server, path)).build(), BodyHandlers.ofString());
    }

    private static URI uri(Server server, String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
