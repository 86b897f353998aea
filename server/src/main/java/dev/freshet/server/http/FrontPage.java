package dev.freshet.server.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import dev.freshet.core.model.Manifest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What a browser finds at {@code /}: the model, the version that answers, and where to look next. */
public final class FrontPage {
    private final String model;
    private final Supplier<Optional<Manifest>> served;

    /**
     * @param model a name of letters, digits, '.', '_' and '-', so that it needs no escaping
     * @param served asked at every request, on an event loop
     */
    public FrontPage(String model, Supplier<Optional<Manifest>> served) {
        this.model = model;
        this.served = served;
    }

    public void addTo(ServerBuilder server) {
        server.service(
                "exact:/",
                (context, request) -> HttpResponse.of(HttpStatus.OK, MediaType.HTML_UTF_8, html(served.get())));
    }

    String html(Optional<Manifest> manifest) {
        String version = manifest.map(FrontPage::describe).orElse("<p>No version has been loaded yet.</p>");
        return """
                <!doctype html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Freshet: %s</title></head>
                <body>
                <h1>Freshet serves model %s</h1>
                %s
                <ul>
                <li>gRPC on this port: <code>inference.GRPCInferenceService</code> (Open Inference Protocol v2)</li>
                <li><a href="/metrics">metrics</a></li>
                <li>health: <a href="/health/live">live</a>, <a href="/health/ready">ready</a></li>
                </ul>
                </body>
                </html>
                """.formatted(model, model, version);
    }

    private static String describe(Manifest manifest) {
        return String.format(
                Locale.ROOT,
                "<p>Version %d (%s), published %s: accuracy %.4f, loss %.4f on %d held-out examples.</p>",
                manifest.version(),
                manifest.spec().summary(),
                manifest.createdAt(),
                manifest.candidate().accuracy(),
                manifest.candidate().loss(),
                manifest.candidate().examples());
    }
}
