package dev.freshet.bench.serving;

import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.protocol.inference.ModelInferResponse;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One image a request, each time the next, on a few connections; requests are written once, before anything is timed. */
final class Calls {
    static final String PATH = "/v2/models/" + ServedVersions.MODEL + "/infer";

    private static final int IMAGES = 1_000;
    private static final int CONNECTIONS = 2;

    private final List<ModelInferRequest> messages;
    private final List<HttpData> binary;
    private final List<HttpData> json;
    private final int jsonLength;

    Calls(Pictures pictures) {
        messages = IntStream.range(0, IMAGES)
                .mapToObj(i -> message(pictures.get(i).pixels()))
                .toList();
        byte[] head = head(
                ", \"parameters\": {\"binary_data_size\": 784}", ", \"parameters\": {\"binary_data_output\": true}");
        jsonLength = head.length;
        binary = IntStream.range(0, IMAGES)
                .mapToObj(i -> HttpData.wrap(join(head, pictures.get(i).pixels())))
                .toList();
        json = IntStream.range(0, IMAGES)
                .mapToObj(i -> HttpData.wrap(
                        head(", \"data\": " + numbers(pictures.get(i).pixels()), "")))
                .toList();
    }

    /** One kind of request, to one port. */
    @FunctionalInterface
    interface Call {
        /** Asks about an image; fails where the answer is an error. */
        CompletableFuture<Long> ask(long index);
    }

    private static ClientFactory connections() {
        return ClientFactory.builder()
                .workerGroup(CONNECTIONS)
                .maxNumEventLoopsPerEndpoint(CONNECTIONS)
                .build();
    }

    /** Over gRPC with raw contents; the answers are versions. */
    Call overGrpc(int port) {
        GRPCInferenceServiceStub stub = GrpcClients.builder("gproto+http://127.0.0.1:" + port)
                .factory(connections())
                .build(GRPCInferenceServiceStub.class);
        return index -> {
            CompletableFuture<Long> answer = new CompletableFuture<>();
            stub.modelInfer(messages.get((int) (index % IMAGES)), completing(answer));
            return answer;
        };
    }

    /** The message that the server answers with. */
    ModelInferResponse answer(int port) {
        return GrpcClients.newClient("gproto+http://127.0.0.1:" + port, GRPCInferenceServiceBlockingStub.class)
                .modelInfer(messages.get(0));
    }

    /** Over REST, with binary tensors both ways; the answers are 0. */
    Call overBinary(int port) {
        return overBinary(port, PATH);
    }

    /** The same to another path. */
    Call overBinary(int port, String path) {
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.POST, path)
                .contentType(MediaType.OCTET_STREAM)
                .setInt("inference-header-content-length", jsonLength)
                .build();
        return overHttp(port, headers, binary);
    }

    /** Over REST in JSON; the answers are 0. */
    Call overJson(int port) {
        return overJson(port, PATH);
    }

    /** The same to another path. */
    Call overJson(int port, String path) {
        return overHttp(
                port,
                RequestHeaders.builder(HttpMethod.POST, path)
                        .contentType(MediaType.JSON)
                        .build(),
                json);
    }

    private static Call overHttp(int port, RequestHeaders headers, List<HttpData> bodies) {
        WebClient client = WebClient.builder("http://127.0.0.1:" + port)
                .factory(connections())
                .build();
        return index -> client.execute(headers, bodies.get((int) (index % IMAGES)))
                .aggregate()
                .thenApply(response -> {
                    requireOk(response);
                    return 0L;
                });
    }

    /** The body that the server answers with. */
    byte[] body(int port, boolean asJson) {
        RequestHeaders headers = RequestHeaders.builder(HttpMethod.POST, PATH)
                .setInt("inference-header-content-length", asJson ? json.get(0).length() : jsonLength)
                .build();
        AggregatedHttpResponse response = WebClient.of("http://127.0.0.1:" + port)
                .execute(headers, asJson ? json.get(0) : binary.get(0))
                .aggregate()
                .join();
        requireOk(response);
        return response.content().array();
    }

    /** Tells the echo what to answer with. */
    static void teach(int port, String kind, byte[] answer) {
        requireOk(WebClient.of("http://127.0.0.1:" + port)
                .post(Echo.LEARN + "/" + kind, answer)
                .aggregate()
                .join());
    }

    private static void requireOk(AggregatedHttpResponse response) {
        if (!HttpStatus.OK.equals(response.status())) {
            throw new IllegalStateException(response.status() + ": " + response.contentUtf8());
        }
    }

    private static StreamObserver<ModelInferResponse> completing(CompletableFuture<Long> answer) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ModelInferResponse response) {
                answer.complete(Long.valueOf(response.getModelVersion()));
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // The answer came before.
            }
        };
    }

    private static ModelInferRequest message(byte[] pixels) {
        return ModelInferRequest.newBuilder()
                .setModelName(ServedVersions.MODEL)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("input")
                        .setDatatype("UINT8")
                        .addShape(1)
                        .addShape(pixels.length))
                .addRawInputContents(ByteString.copyFrom(pixels))
                .build();
    }

    private static byte[] head(String ofInput, String ofRequest) {
        return ("{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 784], \"datatype\": \"UINT8\"" + ofInput + "}]"
                        + ofRequest + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String numbers(byte[] pixels) {
        return IntStream.range(0, pixels.length)
                .mapToObj(i -> Integer.toString(pixels[i] & 0xff))
                .toList()
                .toString();
    }

    private static byte[] join(byte[] head, byte[] pixels) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head);
        body.writeBytes(pixels);
        return body.toByteArray();
    }
}
