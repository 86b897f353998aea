package dev.freshet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Snapshot;
import dev.freshet.engine.Scorer;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.InferParameter;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.server.api.Batching;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many callers over gRPC and HTTP at once, on a real port. */
class ConcurrentCallersIT {
    private static final int CALLERS = 64;
    private static final int ROUNDS = 20;

    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void everyCallerGetsTheAnswersToItsOwnImagesFromOneVersionWhileVersionsAreSwapped() throws Exception {
        try (Port port = new Port(new Batching(8, Duration.ofMillis(1), 4096)).load(1)) {
            // Given
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                Callable<Integer> call = caller % 2 == 0 ? () -> overGrpc(port, caller) : () -> overHttp(port, caller);
                calls.add(callers.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }

            // When
            start.countDown();
            for (long version = 2; version <= 5; version++) {
                double seen = scored(port);
                await().until(() ->
                        scored(port) > seen + CALLERS || calls.stream().allMatch(Future::isDone));
                port.load(version);
            }

            // Then
            int answers = 0;
            for (Future<Integer> call : calls) {
                answers += call.get(2, TimeUnit.MINUTES);
            }
            assertThat(answers).isEqualTo(CALLERS * ROUNDS);
            assertThat(Meters.SERVER_BATCH_EXAMPLES.summary(port.registry()).max())
                    .isGreaterThan(1);
        }
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsRefusedAtOnceAndTheRestIsAnswered() throws Exception {
        // Given
        try (Port port = new Port(new Batching(1, Duration.ZERO, Port.MAX_EXAMPLES)).load(1)) {
            List<Future<ModelInferResponse>> waiting = occupyBothThreads(port);
            for (int i = 0; i < Port.MAX_EXAMPLES; i++) {
                int image = i;
                waiting.add(callers.submit(() -> port.stub().modelInfer(request(image, 1))));
            }
            await().until(() -> Meters.SERVER_QUEUE_EXAMPLES
                            .gauge(port.registry(), () -> -1)
                            .value()
                    == Port.MAX_EXAMPLES);

            // When
            AggregatedHttpResponse overHttp = port.post("/v2/models/default/infer", body(50));

            // Then
            assertThat(overHttp.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
            assertThat(overHttp.headers().get("retry-after")).isEqualTo("1");
            assertThat(json.readTree(overHttp.contentUtf8()).get("error").asText())
                    .startsWith("the server is overloaded");
            assertStatus(Status.Code.RESOURCE_EXHAUSTED, port.stub());
            port.engine().release();
            for (Future<ModelInferResponse> one : waiting) {
                assertThat(one.get().getOutputsCount()).isEqualTo(3);
            }
        }
    }

    @Test
    void aDeadlineThatPassesInTheQueueIsToldAndNotScored() throws Exception {
        // Given
        try (Port port = new Port(new Batching(1, Duration.ZERO, Port.MAX_EXAMPLES)).load(1)) {
            List<Future<ModelInferResponse>> scoring = occupyBothThreads(port);

            // When
            AggregatedHttpResponse overHttp = port.post(
                    "/v2/models/default/infer",
                    body(2).replace("{\"inputs\"", "{\"parameters\": {\"timeout\": 20000}, \"inputs\""));
            assertStatus(Status.Code.DEADLINE_EXCEEDED, port.stub().withDeadlineAfter(20, TimeUnit.MILLISECONDS));
            assertStatus(
                    Status.Code.DEADLINE_EXCEEDED,
                    port.stub(),
                    request(99, 1).toBuilder()
                            .putParameters(
                                    "timeout",
                                    InferParameter.newBuilder()
                                            .setInt64Param(20_000)
                                            .build())
                            .build());

            // Then
            assertThat(overHttp.status()).isEqualTo(HttpStatus.GATEWAY_TIMEOUT);
            assertThat(json.readTree(overHttp.contentUtf8()).get("error").asText())
                    .contains("time was up");
            port.engine().release();
            for (Future<ModelInferResponse> one : scoring) {
                assertThat(one.get().getOutputsCount()).isEqualTo(3);
            }
            await().until(() -> Meters.SERVER_QUEUE_EXAMPLES
                            .gauge(port.registry(), () -> -1)
                            .value()
                    == 0);
            assertThat(scored(port)).isEqualTo(2);
        }
    }

    @Test
    void aRequestWithoutADeadlineIsToldWhenTheServersOwnLimitHasPassed() throws Exception {
        // Given
        Batching oneByOne = new Batching(1, Duration.ZERO, Port.MAX_EXAMPLES);
        try (Port port = new Port(oneByOne, Duration.ofMillis(200)).load(1)) {
            List<Future<ModelInferResponse>> scoring = occupyBothThreads(port);

            // Armeria's stubs send a deadline unless they are told otherwise.
            GRPCInferenceServiceBlockingStub patient = GrpcClients.builder("gproto+http://127.0.0.1:" + port.number())
                    .responseTimeoutMillis(0)
                    .build(GRPCInferenceServiceBlockingStub.class);

            // When
            AggregatedHttpResponse overHttp = port.post("/v2/models/default/infer", body(1));

            // Then
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> patient.modelInfer(request(99, 1)))
                    .withMessageStartingWith("DEADLINE_EXCEEDED: the request's time was up before it was answered");
            assertThat(overHttp.status()).isEqualTo(HttpStatus.GATEWAY_TIMEOUT);
            assertThat(json.readTree(overHttp.contentUtf8()).get("error").asText())
                    .contains("time was up");
            port.engine().release();
            for (Future<ModelInferResponse> one : scoring) {
                assertThat(one.get().getOutputsCount()).isEqualTo(3);
            }
        }
    }

    /**
     * Two requests that are being scored until the engine is released.
     *
     * @param port scores one request a batch, so that the two do not share one thread
     */
    private List<Future<ModelInferResponse>> occupyBothThreads(Port port) {
        port.engine().hold();
        List<Future<ModelInferResponse>> scoring = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int image = 100 + i;
            scoring.add(callers.submit(() -> port.stub().modelInfer(request(image, 1))));
        }
        await().until(() -> port.engine().scoring() == 2);
        return scoring;
    }

    private static double scored(Port port) {
        return Meters.SERVER_BATCH_EXAMPLES.summary(port.registry()).totalAmount();
    }

    private static int overGrpc(Port port, int caller) {
        GRPCInferenceServiceBlockingStub stub = port.stub();
        for (int round = 0; round < ROUNDS; round++) {
            int image = 1_000 * caller + round;
            // Every fourth asks about more than a batch holds.
            int images = caller % 4 == 0 ? 12 : 1 + caller % 3;
            ModelInferResponse answer = stub.modelInfer(request(image, images));
            ByteBuffer probabilities =
                    answer.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            float[] actual = new float[images * 10];
            probabilities.asFloatBuffer().get(actual);
            assertThat(actual).containsExactly(expected(Long.parseLong(answer.getModelVersion()), image, images));
        }
        return ROUNDS;
    }

    private int overHttp(Port port, int caller) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int image = 1_000 * caller + round;
            AggregatedHttpResponse response = port.post("/v2/models/default/infer", body(image));
            JsonNode answer = json.readTree(response.contentUtf8());
            float[] actual = new float[10];
            for (int i = 0; i < actual.length; i++) {
                actual[i] = answer.get("outputs").get(0).get("data").get(i).floatValue();
            }
            assertThat(actual)
                    .containsExactly(expected(answer.get("model_version").asLong(), image, 1));
        }
        return ROUNDS;
    }

    /** What the version says of these images alone. */
    private static float[] expected(long version, int firstImage, int images) {
        Snapshot snapshot = Versions.version(version).snapshot();
        float[] features = new float[images * 784];
        float[] example = new float[784];
        for (int i = 0; i < images; i++) {
            snapshot.spec().input().scaleBytes(Versions.image(firstImage + i), example);
            System.arraycopy(example, 0, features, 784 * i, 784);
        }
        float[] probabilities = new float[images * 10];
        try (Scorer scorer = new PlainEngine().scorer(snapshot.spec(), snapshot.weights())) {
            scorer.score(features, images, probabilities);
        }
        return probabilities;
    }

    private static ModelInferRequest request(int firstImage, int images) {
        ByteString bytes = ByteString.EMPTY;
        for (int i = 0; i < images; i++) {
            bytes = bytes.concat(ByteString.copyFrom(Versions.image(firstImage + i)));
        }
        return ModelInferRequest.newBuilder()
                .setModelName("default")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("UINT8")
                        .addShape(images)
                        .addShape(784))
                .addRawInputContents(bytes)
                .build();
    }

    private static String body(int image) {
        StringBuilder numbers = new StringBuilder();
        for (byte value : Versions.image(image)) {
            numbers.append(numbers.isEmpty() ? "" : ",").append(value & 0xff);
        }
        return "{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 784], \"datatype\": \"UINT8\", \"data\": [" + numbers
                + "]}]}";
    }

    private static void assertStatus(Status.Code code, GRPCInferenceServiceBlockingStub stub) {
        assertStatus(code, stub, request(99, 1));
    }

    private static void assertStatus(
            Status.Code code, GRPCInferenceServiceBlockingStub stub, ModelInferRequest request) {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> {
                    var unused = stub.modelInfer(request);
                })
                .satisfies(refused -> assertThat(refused.getStatus().getCode()).isEqualTo(code));
    }
}
