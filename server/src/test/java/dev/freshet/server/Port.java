package dev.freshet.server;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.freshet.server.api.Batching;
import dev.freshet.server.api.Inference;
import dev.freshet.server.grpc.GrpcEndpoint;
import dev.freshet.server.http.HttpServer;
import dev.freshet.server.http.ListenAddress;
import dev.freshet.server.http.Tls;
import dev.freshet.server.model.ServedModel;
import dev.freshet.server.rest.RestEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A server's port without Kafka: the model comes from the test. */
public final class Port implements AutoCloseable {
    public static final int MAX_EXAMPLES = 16;

    private static final Batching BATCHING = new Batching(64, Duration.ZERO, 4096);

    private final PlainEngine engine = new PlainEngine();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ExecutorService scoring = Executors.newFixedThreadPool(2);
    private final Inference inference;
    private final HttpServer http;

    /** Armeria's own, ten seconds. */
    private static final Duration LIMIT = Duration.ofMillis(Flags.defaultRequestTimeoutMillis());

    /** With default batching. */
    public Port() {
        this(BATCHING, LIMIT, null);
    }

    public Port(Batching batching) {
        this(batching, LIMIT, null);
    }

    /** @param limit of requests that have none of their own */
    public Port(Batching batching, Duration limit) {
        this(batching, limit, null);
    }

    public Port(Tls tls) {
        this(BATCHING, LIMIT, tls);
    }

    private Port(Batching batching, Duration limit, @Nullable Tls tls) {
        inference = new Inference(served, MAX_EXAMPLES, batching, scoring, 2, () -> true, registry);
        http = HttpServer.start(new ListenAddress("server.port", "127.0.0.1", 0), tls, routes -> {
            routes.maxRequestLength(1 << 20);
            routes.requestTimeout(limit);
            new GrpcEndpoint(inference, registry).addTo(routes);
            new RestEndpoint(inference, registry).addTo(routes);
        });
    }

    public Port load(long version) {
        Versions.serve(served, engine, Versions.version(version));
        return this;
    }

    public int number() {
        return http.port();
    }

    /** To hold up scoring. */
    public PlainEngine engine() {
        return engine;
    }

    public MeterRegistry registry() {
        return registry;
    }

    public WebClient client() {
        return WebClient.of("http://127.0.0.1:" + http.port());
    }

    public GRPCInferenceServiceBlockingStub stub() {
        return GrpcClients.newClient("gproto+http://127.0.0.1:" + http.port(), GRPCInferenceServiceBlockingStub.class);
    }

    public AggregatedHttpResponse get(String path) {
        return client().get(path).aggregate().join();
    }

    public AggregatedHttpResponse post(String path, String body) {
        RequestHeaders headers = RequestHeaders.of(HttpMethod.POST, path, "content-type", "application/json");
        return client().execute(headers, body).aggregate().join();
    }

    @Override
    public void close() {
        http.close();
        inference.close();
        served.close();
        scoring.shutdown();
    }

    /** Asks for the classes of the first images of {@link Versions#image}, as typed contents. */
    public static ModelInferRequest infer(int images) {
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
}
