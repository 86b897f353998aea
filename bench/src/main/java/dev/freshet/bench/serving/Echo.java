package dev.freshet.bench.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.freshet.protocol.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.freshet.protocol.inference.ModelInferRequest;
import dev.freshet.protocol.inference.ModelInferResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/**
 * What the stack costs without a model: takes requests as the server takes them, and answers each with the first answer
 * that the server gave, on the event loop, without looking at it.
 */
final class Echo {
    /** An answer to one image about, from the server itself: {@link #LEARN} sets it. */
    static final String LEARN = "/learn";

    private volatile ModelInferResponse overGrpc = ModelInferResponse.getDefaultInstance();
    private volatile HttpData overHttp = HttpData.empty();

    void addTo(ServerBuilder routes) {
        routes.service(GrpcService.builder()
                .addService(new GRPCInferenceServiceImplBase() {
                    @Override
                    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
                        observer.onNext(overGrpc);
                        observer.onCompleted();
                    }
                })
                .build());
        routes.route()
                .post(Calls.PATH)
                .build((context, request) -> HttpResponse.of(request.aggregate()
                        .thenApply(body -> HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, overHttp))));
        learn(routes, "grpc", body -> overGrpc = Echo.message(body));
        learn(routes, "http", body -> overHttp = HttpData.wrap(body));
    }

    private static void learn(ServerBuilder routes, String kind, Consumer<byte[]> taking) {
        routes.route()
                .post(LEARN + "/" + kind)
                .build((context, request) -> HttpResponse.of(request.aggregate().thenApply(body -> {
                    taking.accept(body.content().array());
                    return HttpResponse.of(HttpStatus.OK);
                })));
    }

    private static ModelInferResponse message(byte[] body) {
        try {
            return ModelInferResponse.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not an answer", e);
        }
    }
}
