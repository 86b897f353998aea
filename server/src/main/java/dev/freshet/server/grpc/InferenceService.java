package dev.freshet.server.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
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
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import dev.freshet.server.api.ServerDescription;
import dev.freshet.server.http.Exchange;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** The boundary between gRPC and {@link Inference}: counts, times, and turns refusals into a status. */
final class InferenceService extends GRPCInferenceServiceImplBase {
    private final Inference inference;
    private final RequestMeters meters;
    private final OutputHeads heads = new OutputHeads();

    InferenceService(Inference inference, RequestMeters meters) {
        this.inference = inference;
        this.meters = meters;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        send(ServerLiveResponse.newBuilder().setLive(inference.isLive()).build(), observer);
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        send(ServerReadyResponse.newBuilder().setReady(inference.isReady()).build(), observer);
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        send(
                ModelReadyResponse.newBuilder()
                        .setReady(inference.isReady(request.getName(), request.getVersion()))
                        .build(),
                observer);
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        ServerDescription server = inference.describeServer();
        send(
                ServerMetadataResponse.newBuilder()
                        .setName(server.name())
                        .setVersion(server.version())
                        .addAllExtensions(server.extensions())
                        .build(),
                observer);
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        try {
            send(Messages.metadata(inference.describe(request.getName(), request.getVersion())), observer);
        } catch (RefusedException e) {
            refuse(e, observer);
        }
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        Exchange exchange = new Exchange(ServiceRequestContext.current(), meters);
        CompletableFuture<Answer> answer;
        try {
            long deadlineNanos = exchange.deadlineNanos(Messages.timeoutMicros(request));
            answer = exchange.infer(inference, Messages.request(request, deadlineNanos));
        } catch (RefusedException e) {
            refuse(e, observer);
            return;
        }
        var unused = answer.whenCompleteAsync(
                (scored, failure) -> {
                    if (scored == null) {
                        fail(exchange.refused(failure), observer);
                    } else {
                        send(Messages.response(scored, heads), observer);
                        exchange.answered(scored);
                    }
                },
                exchange.eventLoop());
    }

    private static <T> void send(T response, StreamObserver<T> observer) {
        observer.onNext(response);
        observer.onCompleted();
    }

    private void refuse(RefusedException refusal, StreamObserver<?> observer) {
        fail(meters.refused(refusal), observer);
    }

    private static void fail(RefusedException refusal, StreamObserver<?> observer) {
        observer.onError(Statuses.of(refusal));
    }
}
