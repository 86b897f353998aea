package dev.freshet.server.grpc;

import com.linecorp.armeria.common.util.BlockingTaskExecutor;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcHealthCheckService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc;
import dev.freshet.server.model.PathMeters;
import dev.freshet.server.model.ServedModel;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * All that a server's port answers with the model: the gRPC services, and {@code /predict} for single pictures. The
 * server adds them.
 *
 * <p>{@link #setReady} from any thread.
 */
public final class InferenceEndpoint {
    /** A batch of 1 024 colour images of 64×64 in FP32 is 48 MiB. */
    private static final long LARGEST_REQUEST_BYTES = 64L << 20;

    private final ServedModel served;
    private final int maxBatchSize;
    private final int threads;
    private final MeterRegistry registry;
    private final SettableHealthChecker ready = new SettableHealthChecker(false);

    /**
     * @param maxBatchSize examples that one request may hold
     * @param threads that read, score and answer; more than there are processors only makes requests wait in turns
     */
    public InferenceEndpoint(ServedModel served, int maxBatchSize, int threads, MeterRegistry registry) {
        this.served = served;
        this.maxBatchSize = maxBatchSize;
        this.threads = threads;
        this.registry = registry;
    }

    /** Adds the services, and the pool they score on, which stops with the server. */
    public void addTo(ServerBuilder server) {
        PathMeters meters = PathMeters.of(registry, "grpc");
        InferenceService inference =
                new InferenceService(new Inference(served, maxBatchSize, meters), meters, registry, softwareVersion());
        server.blockingTaskExecutor(
                BlockingTaskExecutor.builder()
                        .numThreads(threads)
                        .threadNamePrefix("freshet-scoring")
                        .build(),
                true);
        server.maxRequestLength(LARGEST_REQUEST_BYTES);
        server.service(GrpcService.builder()
                .addService(inference)
                .useBlockingTaskExecutor(true)
                .build());
        PathMeters pictureMeters = PathMeters.of(registry, "http");
        server.route()
                .post("/predict")
                .build(new PictureService(
                        served.name(), new Inference(served, 1, pictureMeters), pictureMeters, registry));
        // Probes are answered on the event loop, as they must not wait behind requests.
        server.service(GrpcService.builder()
                .addService(GrpcHealthCheckService.builder()
                        .checkers(ready)
                        .serviceCheckers(GRPCInferenceServiceGrpc.SERVICE_NAME, ready)
                        .build())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build());
    }

    /** What the health service says from now on; it starts with not ready. */
    public void setReady(boolean isReady) {
        ready.setHealthy(isReady);
    }

    private static String softwareVersion() {
        try (InputStream resource = InferenceEndpoint.class.getResourceAsStream("version.txt")) {
            if (resource == null) {
                throw new IllegalStateException("the server's jar lacks version.txt");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
