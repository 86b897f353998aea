package dev.freshet.bench.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
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
        routes.route().post(Calls.PATH).build(new Whole());
        learn(routes, "grpc", body -> overGrpc = Echo.message(body));
        learn(routes, "http", body -> overHttp = HttpData.wrap(body));
    }

    /** Bodies come and answers go as a whole, as the server has it. */
    private final class Whole implements HttpService {
        @Override
        public ExchangeType exchangeType(RoutingContext routing) {
            return ExchangeType.UNARY;
        }

        @Override
        public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
            return HttpResponse.of(request.aggregate()
                    .thenApply(body -> HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, overHttp)));
        }
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
