package dev.freshet.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import dev.freshet.core.model.Manifest;
import java.util.Optional;
import java.util.function.Supplier;

/** What {@code /status} tells of the version that answers now; before the first, that the version is null. */
public final class ModelStatus {
    private final String model;
    private final Supplier<Optional<Manifest>> served;

    /**
     * @param model the model's name
     * @param served asked at every request, on an event loop
     */
    public ModelStatus(String model, Supplier<Optional<Manifest>> served) {
        this.model = model;
        this.served = served;
    }

    public void addTo(ServerBuilder server) {
        server.service(
                "exact:/status",
                (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, json(served.get())));
    }

    String json(Optional<Manifest> manifest) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("model", model);
        status.putNull("version");
        manifest.ifPresent(version -> describe(version, status));
        return status.toString();
    }

    private static void describe(Manifest manifest, ObjectNode status) {
        status.put("version", manifest.version());
        status.put("createdAt", manifest.createdAt().toString());
        status.put("spec", manifest.spec().summary());
        manifest.spec().classes().forEach(status.putArray("classes")::add);
        manifest.spec().input().shape().forEach(status.putArray("inputShape")::add);
        status.put("accuracy", manifest.candidate().accuracy());
        status.put("loss", manifest.candidate().loss());
        status.put("holdOutExamples", manifest.candidate().examples());
        status.put("trainedExamples", manifest.examples());
        status.put("engine", manifest.engine());
        status.put("device", manifest.device());
    }
}
