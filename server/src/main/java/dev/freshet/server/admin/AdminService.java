package dev.freshet.server.admin;

import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.Serving;
import dev.freshet.protocol.v1.AdminGrpc.AdminImplBase;
import dev.freshet.protocol.v1.Authorship;
import dev.freshet.protocol.v1.GetVersionRequest;
import dev.freshet.protocol.v1.LabelRequest;
import dev.freshet.protocol.v1.ListVersionsRequest;
import dev.freshet.protocol.v1.ListVersionsResponse;
import dev.freshet.protocol.v1.ModelVersion;
import dev.freshet.protocol.v1.PinRequest;
import dev.freshet.protocol.v1.QuarantineRequest;
import dev.freshet.protocol.v1.RollbackRequest;
import dev.freshet.protocol.v1.ServingState;
import dev.freshet.protocol.v1.UnlabelRequest;
import dev.freshet.protocol.v1.UnpinRequest;
import dev.freshet.protocol.v1.UnquarantineRequest;
import dev.freshet.server.admin.Administration.Asked;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.grpc.Statuses;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** {@link Administration} over gRPC; the server adds it to its port. From any thread. */
public final class AdminService extends AdminImplBase {
    private final Administration administration;

    public AdminService(Administration administration) {
        this.administration = administration;
    }

    @Override
    public void listVersions(ListVersionsRequest request, StreamObserver<ListVersionsResponse> observer) {
        try {
            send(
                    AdminMessages.of(administration.list(request.getModel(), request.getBefore(), request.getLimit())),
                    observer);
        } catch (RefusedException e) {
            observer.onError(Statuses.of(e));
        }
    }

    @Override
    public void getVersion(GetVersionRequest request, StreamObserver<ModelVersion> observer) {
        try {
            send(AdminMessages.of(administration.get(request.getModel(), request.getVersion())), observer);
        } catch (RefusedException e) {
            observer.onError(Statuses.of(e));
        }
    }

    @Override
    public void pin(PinRequest request, StreamObserver<ServingState> observer) {
        change(request.getModel(), () -> new Change.Pin(request.getVersion()), request.getBy(), observer);
    }

    @Override
    public void unpin(UnpinRequest request, StreamObserver<ServingState> observer) {
        change(request.getModel(), Change.Unpin::new, request.getBy(), observer);
    }

    @Override
    public void label(LabelRequest request, StreamObserver<ServingState> observer) {
        Double weight = request.hasWeight() ? Double.valueOf(request.getWeight()) : null;
        change(
                request.getModel(),
                () -> new Change.Label(request.getLabel(), request.getVersion(), weight),
                request.getBy(),
                observer);
    }

    @Override
    public void unlabel(UnlabelRequest request, StreamObserver<ServingState> observer) {
        change(request.getModel(), () -> new Change.Unlabel(request.getLabel()), request.getBy(), observer);
    }

    @Override
    public void rollback(RollbackRequest request, StreamObserver<ServingState> observer) {
        Long target = request.hasVersion() ? Long.valueOf(request.getVersion()) : null;
        change(request.getModel(), () -> new Change.Rollback(target), request.getBy(), observer);
    }

    @Override
    public void quarantine(QuarantineRequest request, StreamObserver<ServingState> observer) {
        change(request.getModel(), () -> new Change.Quarantine(request.getVersion()), request.getBy(), observer);
    }

    @Override
    public void unquarantine(UnquarantineRequest request, StreamObserver<ServingState> observer) {
        change(request.getModel(), () -> new Change.Unquarantine(request.getVersion()), request.getBy(), observer);
    }

    private void change(String model, Asked<Change> change, Authorship by, StreamObserver<ServingState> observer) {
        var unused = administration
                .change(model, change, () -> new dev.freshet.core.registry.Authorship(by.getWho(), by.getWhy()))
                .whenComplete((state, failure) -> answer(state, failure, observer));
    }

    private static void answer(
            @Nullable Serving state, @Nullable Throwable failure, StreamObserver<ServingState> observer) {
        if (state != null) {
            send(AdminMessages.of(state), observer);
        } else {
            observer.onError(Statuses.of(Administration.refusal(
                    failure == null ? new IllegalStateException("neither state nor failure") : failure)));
        }
    }

    private static <T> void send(T response, StreamObserver<T> observer) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
