package dev.freshet.bench.serving;

import com.google.protobuf.InvalidProtocolBufferException;
import com.linecorp.armeria.common.AggregatedHttpRequest;
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
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import dev.freshet.server.http.Exchange;
import dev.freshet.server.rest.RequestBody;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What the stack costs without a model: an Armeria server with the settings of ours, which reads each request as the protocol's
 * message and answers, on the event loop, with the first answer that the server gave, without looking at what it was asked.
 *
 * <p>Over gRPC Armeria reads the message and writes the answer. Over REST the body is read by the server's own reader, and
 * the answer is a body that is there already; {@link #UNREAD} is the same without reading, which is no protocol any more but
 * bytes over HTTP.
 */
final class Echo {
    /** An answer to one image about, from the server itself: {@link #LEARN} sets it. */
    static final String LEARN = "/learn";

    /** Where a request over REST is taken as a whole, and answered unread. */
    static final String UNREAD = "/unread";

    private final RequestMeters meters = new RequestMeters(new SimpleMeterRegistry(), "echo");
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
        routes.route().post(Calls.PATH).build(new Whole(this::read));
        routes.route().post(UNREAD).build(new Whole((context, body) -> {}));
        learn(routes, "grpc", body -> overGrpc = Echo.message(body));
        learn(routes, "http", body -> overHttp = HttpData.wrap(body));
    }

    private void read(ServiceRequestContext context, AggregatedHttpRequest body) {
        try {
            var unused = RequestBody.read(body, ServedVersions.MODEL, "", new Exchange(context, meters));
        } catch (RefusedException e) {
            throw new IllegalArgumentException("not a request", e);
        }
    }

    /** Bodies come and answers go as a whole, as the server has it. */
    private final class Whole implements HttpService {
        private final BiConsumer<ServiceRequestContext, AggregatedHttpRequest> reading;

        Whole(BiConsumer<ServiceRequestContext, AggregatedHttpRequest> reading) {
            this.reading = reading;
        }

        @Override
        public ExchangeType exchangeType(RoutingContext routing) {
            return ExchangeType.UNARY;
        }

        @Override
        public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
            return HttpResponse.of(request.aggregate().thenApply(body -> {
                reading.accept(context, body);
                return HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, overHttp);
            }));
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
