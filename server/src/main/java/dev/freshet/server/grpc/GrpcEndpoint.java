package dev.freshet.server.grpc;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcHealthCheckService;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.linecorp.armeria.server.grpc.GrpcServiceBuilder;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.RequestMeters;
import io.grpc.BindableService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/**
 * The gRPC services of a server's port; the server adds them.
 *
 * <p>{@link #setReady} from any thread.
 */
public final class GrpcEndpoint {
    private final Inference inference;
    private final MeterRegistry registry;
    private final List<BindableService> others;
    private final SettableHealthChecker ready = new SettableHealthChecker(false);

    /** @param others services beside those of inference, health and reflection */
    public GrpcEndpoint(Inference inference, MeterRegistry registry, BindableService... others) {
        this.others = List.of(others);
        this.inference = inference;
        this.registry = registry;
    }

    public void addTo(ServerBuilder server) {
        GrpcServiceBuilder services = GrpcService.builder();
        others.forEach(services::addService);
        server.service(services.addService(new InferenceService(inference, new RequestMeters(registry, "grpc")))
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
}
