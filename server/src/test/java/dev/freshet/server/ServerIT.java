package dev.freshet.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.metrics.Meters;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelMetadataRequest;
import dev.freshet.protocol.inference.ModelReadyRequest;
import dev.freshet.protocol.inference.ServerLiveRequest;
import dev.freshet.protocol.inference.ServerMetadataRequest;
import dev.freshet.protocol.inference.ServerReadyRequest;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.server.model.VersionPolicy;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.reflection.v1.ServerReflectionGrpc.ServerReflectionStub;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaBrokerExtension.class)
class ServerIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final PlainEngine engine = new PlainEngine();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Deque<Server> started = new ArrayDeque<>();

    @AfterEach
    void everythingIsFreed() {
        started.forEach(Server::close);
        assertThat(engine.openScorers()).isZero();
    }

    @Test
    void grpcAndKafkaSayTheSameOfTheSameImages(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(1));
        Server server = start(kafka, 0);
        await().atMost(LONG).until(() -> server.servedVersion() == 1);
        int images = 40;

        // When
        Requests.send(kafka, 0, images);
        ModelInferResponse answer = stub(server).modelInfer(infer(images));

        // Then
        await().atMost(LONG).until(() -> Requests.answers(broker, kafka).size() == images);
        Map<String, Prediction> predictions = Requests.answers(broker, kafka).stream()
                .map(Requests::parse)
                .collect(Collectors.toMap(Prediction::getId, Function.identity()));
        List<Float> probabilities = answer.getOutputs(0).getContents().getFp32ContentsList();
        for (int i = 0; i < images; i++) {
            Prediction prediction = requireNonNull(predictions.get("r" + i));
            assertThat(probabilities.subList(10 * i, 10 * i + 10)).isEqualTo(prediction.getProbabilitiesList());
            assertThat(answer.getOutputs(1).getContents().getInt64Contents(i)).isEqualTo(prediction.getClassIndex());
        }
        assertThat(answer.getModelVersion()).isEqualTo("1");
    }

    @Test
    void isUnavailableUntilAVersionIsLoadedAndThenReadyEverywhere(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Server server = start(kafka, 0);
        assertStatus(Status.Code.UNAVAILABLE, server, infer(1), "no version of model default has been loaded yet");
        assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
        assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
        assertThat(get(server, "/health/ready").body())
                .contains("\"reason\":\"no version of model default has been loaded yet\"");
        assertThat(health(server, "")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(stub(server)
                        .serverLive(ServerLiveRequest.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(stub(server)
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isFalse();

        // When
        Versions.publish(kafka, Versions.version(1));
        await().atMost(LONG).until(() -> server.servedVersion() == 1);

        // Then
        await().until(() -> health(server, "") == ServingStatus.SERVING);
        assertThat(health(server, GRPCInferenceServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
        assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(stub(server)
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(stub(server)
                        .modelReady(ModelReadyRequest.newBuilder()
                                .setName("default")
                                .build())
                        .getReady())
                .isTrue();
        for (ModelReadyRequest.Builder unknown : List.of(
                ModelReadyRequest.newBuilder().setName("other"),
                ModelReadyRequest.newBuilder().setName("default").setVersion("7"))) {
            // As Triton answers: not ready, which is no error.
            assertThat(stub(server).modelReady(unknown.build()).getReady()).isFalse();
        }
        assertThat(stub(server)
                        .modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName("default")
                                .build())
                        .getVersionsList())
                .containsExactly("1");
        assertThat(stub(server)
                        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getVersion())
                .matches("\\d+\\.\\d+.*");
    }

    @Test
    void wrongRequestsAreRefusedWithWhatWasExpectedAndCounted(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(2));
        Server server = start(kafka, 0);
        await().atMost(LONG).until(() -> server.servedVersion() == 2);
        ModelInferRequest.Builder wrongShape = infer(1).toBuilder();
        wrongShape.getInputsBuilder(0).clearShape().addShape(1).addShape(783);

        // Then
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                server,
                wrongShape.build(),
                "the input has shape [1, 783]; expected [n, 1, 28, 28] or [n, 784] with n from 1 to 1024");
        assertStatus(Status.Code.INVALID_ARGUMENT, server, infer(1025), "with n from 1 to 1024");
        assertStatus(
                Status.Code.NOT_FOUND,
                server,
                infer(1).toBuilder().setModelName("other").build(),
                "\"other\"");
        assertStatus(
                Status.Code.NOT_FOUND,
                server,
                infer(1).toBuilder().setModelVersion("1").build(),
                "version \"1\" of model default is not served; 2 is");
        assertThat(Meters.SERVER_REQUESTS_FAILED
                        .counter(registry, "path", "grpc", "reason", "invalid-argument")
                        .count())
                .isEqualTo(1);
        assertThat(Meters.SERVER_REQUESTS_FAILED
                        .counter(registry, "path", "grpc", "reason", "too-large")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aSwapUnderLoadFailsNoRequestAndAnswersGoForward(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(1));
        Server server = start(kafka, 0);
        await().atMost(LONG).until(() -> server.servedVersion() == 1);
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
            for (long version = 2; version <= 8; version++) {
                Versions.publish(kafka, Versions.version(version));
            }
        });

        // When
        long newest = 1;
        GRPCInferenceServiceBlockingStub stub = stub(server);
        long deadline = System.nanoTime() + LONG.toNanos();
        while (newest < 8 && System.nanoTime() < deadline) {
            long version = Long.parseLong(stub.modelInfer(infer(4)).getModelVersion());

            // Then
            assertThat(version).isGreaterThanOrEqualTo(newest);
            newest = version;
        }
        publishing.join();
        assertThat(newest).isEqualTo(8);
        assertThat(engine.openScorers()).isEqualTo(1);
    }

    @Test
    void listsItsServicesByReflection(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker), 0);
        CompletableFuture<ServerReflectionResponse> response = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = GrpcClients.newClient(
                        uri(server), ServerReflectionStub.class)
                .serverReflectionInfo(completing(response));

        // When
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        requests.onCompleted();

        // Then
        assertThat(response.get().getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(GRPCInferenceServiceGrpc.SERVICE_NAME, "freshet.v1.Admin", "grpc.health.v1.Health");
    }

    @Test
    void exportsItsMeters(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Versions.publish(kafka, Versions.version(1));
        Versions.publishDamaged(kafka, Versions.version(2));
        Server server = start(kafka, 0);
        await().atMost(LONG).until(() -> server.servedVersion() == 1);

        // When
        Object unused = stub(server).modelInfer(infer(3));
        String metrics = get(server, "/metrics").body();

        // Then
        assertThat(metrics)
                .contains("freshet_server_engine{device=\"cpu\",engine=\"plain\"} 1.0")
                .contains("freshet_server_served_version 1.0")
                .contains("freshet_server_versions_refused_total 1.0")
                .contains("freshet_server_versions_loaded_total 1.0")
                .contains("freshet_server_predictions_total{path=\"grpc\"} 3.0")
                .contains("freshet_server_prediction_duration_seconds_count{path=\"grpc\"} 1")
                .contains("freshet_server_scoring_duration_seconds_bucket")
                .contains("freshet_server_snapshot_age_seconds")
                .contains("freshet_server_consumer_lag_records")
                .contains("freshet_server_swap_duration_seconds_count 1");
        await().untilAsserted(() -> assertThat(get(server, "/metrics").body()).contains("kafka_consumer_"));
    }

    @Test
    void aTakenPortIsAnsweredWithTheSettingsName(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        Server first = start(kafka, 0);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(kafka, first.port()))
                .withMessageStartingWith("server.port " + first.port());
    }

    @Test
    void closingEndsTheWait(KafkaBroker broker) throws Exception {
        // Given
        Server server = start(Cluster.withTopics(broker), 0);
        CompletableFuture<Void> waiting = server.termination();
        assertThat(waiting).isNotDone();

        // When
        server.close();

        // Then
        assertThat(waiting).isCompleted();
        server.awaitTermination();
    }

    @Test
    void aPartThatCannotGoOnEndsTheWaitAndTheReadiness(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        broker.createTopic(kafka.topics().prefix() + "narrow.predictions", 1);
        broker.createTopic(kafka.topics().prefix() + "narrow.requests", 2);
        broker.createTopic(kafka.topics().prefix() + "narrow.models", 1);
        broker.createTopic(kafka.topics().prefix() + "narrow.serving", 1);
        KafkaSettings narrow = KafkaSettings.of(
                broker.bootstrapServers(), new Topics(kafka.topics().prefix() + "narrow.", 1, (short) 1));
        Versions.publish(narrow, Versions.version(1));
        Server server = start(narrow, 0);
        await().atMost(LONG).until(() -> server.servedVersion() == 1);

        // When
        Requests.send(narrow, 0, 2);

        // Then
        assertThatExceptionOfType(ServerFailedException.class)
                .isThrownBy(server::awaitTermination)
                .withMessageContaining("the server's Kafka scorer failed");
        assertThat(get(server, "/health/live").statusCode()).isEqualTo(503);
        assertThat(get(server, "/health/ready").statusCode()).isEqualTo(503);
    }

    private Server start(KafkaSettings kafka, int port) {
        String prefix = kafka.topics().prefix();
        ServerConfig config = new ServerConfig(
                Versions.MODEL,
                VersionPolicy.LATEST,
                true,
                "127.0.0.1",
                port,
                null,
                1024,
                ServerConfig.defaults().batching(),
                2,
                true,
                prefix + "servers",
                prefix + "server",
                true,
                Duration.ofMillis(50),
                1000);
        Server server = new Server(config, engine, kafka, registry, Clock.systemUTC());
        started.push(server);
        return server.start();
    }

    private static String uri(Server server) {
        return "gproto+http://127.0.0.1:" + server.port();
    }

    private static GRPCInferenceServiceBlockingStub stub(Server server) {
        return GrpcClients.builder(uri(server))
                .responseTimeout(LONG)
                .maxResponseLength(0)
                .build(GRPCInferenceServiceBlockingStub.class);
    }

    private static ServingStatus health(Server server, String service) {
        return GrpcClients.newClient(uri(server), HealthBlockingStub.class)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static void assertStatus(Status.Code code, Server server, ModelInferRequest request, String part) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> {
                    var unused = stub(server).modelInfer(request);
                })
                .satisfies(refused -> assertThat(refused.getStatus().getCode()).isEqualTo(code))
                .withMessageContaining(part);
    }

    private static ModelInferRequest infer(int images) {
        InferInputTensor.Builder tensor = InferInputTensor.newBuilder()
                .setName("input")
                .setDatatype("UINT8")
                .addShape(images)
                .addShape(784);
        for (int i = 0; i < images; i++) {
            for (byte value : Versions.image(i)) {
                tensor.getContentsBuilder().addUintContents(value & 0xff);
            }
        }
        return ModelInferRequest.newBuilder()
                .setModelName("default")
                .addInputs(tensor)
                .build();
    }

    private HttpResponse<String> get(Server server, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private static <T> StreamObserver<T> completing(CompletableFuture<T> first) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                first.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                first.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                first.completeExceptionally(new IllegalStateException("nothing came"));
            }
        };
    }
}
