package dev.freshet.server.grpc;

import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.core.config.Config;
import dev.freshet.core.metrics.Meters;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferResponse;
import dev.freshet.protocol.inference.ModelMetadataRequest;
import dev.freshet.protocol.inference.ModelMetadataResponse;
import dev.freshet.protocol.inference.ModelReadyRequest;
import dev.freshet.protocol.inference.ModelReadyResponse;
import dev.freshet.protocol.inference.ServerLiveRequest;
import dev.freshet.protocol.inference.ServerLiveResponse;
import dev.freshet.protocol.inference.ServerMetadataRequest;
import dev.freshet.protocol.inference.ServerMetadataResponse;
import dev.freshet.protocol.inference.ServerReadyRequest;
import dev.freshet.protocol.inference.ServerReadyResponse;
import dev.freshet.server.model.PathMeters;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The boundary between gRPC and {@link Inference}: counts, times, and turns what goes wrong into a status. */
final class InferenceService extends GRPCInferenceServiceImplBase {
    private static final Logger log = LoggerFactory.getLogger(InferenceService.class);

    private final Inference inference;
    private final PathMeters meters;
    private final MeterRegistry registry;
    private final String softwareVersion;

    InferenceService(Inference inference, PathMeters meters, MeterRegistry registry, String softwareVersion) {
        this.inference = inference;
        this.meters = meters;
        this.registry = registry;
        this.softwareVersion = softwareVersion;
    }

    /** What a call asks for. */
    private interface Answer<T> {
        T get() throws RefusedException;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, () -> ServerReadyResponse.newBuilder()
                .setReady(inference.isReady())
                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(observer, () -> ModelReadyResponse.newBuilder()
                .setReady(inference.isReady(request.getName(), request.getVersion()))
                .build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(observer, () -> ServerMetadataResponse.newBuilder()
                .setName("freshet")
                .setVersion(softwareVersion)
                .build());
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        answer(observer, () -> inference.metadata(request.getName(), request.getVersion()));
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        if (observer instanceof ServerCallStreamObserver<?> call && call.isCancelled()) {
            // Its deadline passed in the queue: nobody waits for the answer any more.
            return;
        }
        // With the time that the request waited for a thread of the pool.
        long started = ServiceRequestContext.current()
                .log()
                .ensureAvailable(RequestLogProperty.REQUEST_START_TIME)
                .requestStartTimeNanos();
        answer(observer, () -> {
            ModelInferResponse response = inference.infer(request);
            meters.duration().record(Duration.ofNanos(System.nanoTime() - started));
            return response;
        });
    }

    private <T> void answer(StreamObserver<T> observer, Answer<T> answer) {
        T response;
        try {
            response = answer.get();
        } catch (RefusedException e) {
            refuse(observer, Status.fromCode(e.code()).withDescription(e.getMessage()));
            return;
        } catch (Exception e) {
            log.atError().setCause(e).log("request failed");
            refuse(observer, Status.INTERNAL.withDescription("the server failed; its log says why"));
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }

    private void refuse(StreamObserver<?> observer, Status status) {
        Meters.SERVER_REQUESTS_FAILED
                .counter(registry, "path", "grpc", "reason", Config.nameOf(status.getCode()))
                .increment();
        observer.onError(status.asRuntimeException());
    }
}
