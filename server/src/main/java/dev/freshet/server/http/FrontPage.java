package dev.freshet.server.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.ServerCacheControl;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.encoding.EncodingService;
import com.linecorp.armeria.server.file.HttpFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What a browser finds at {@code /}: a dashboard that reads {@code /status} and {@code /metrics}, and asks
 * {@code /predict} what the model sees in a picture.
 *
 * <p>Its files, ECharts among them, come from the class path, so that it works where nothing else can be reached.
 */
public final class FrontPage {
    /** Nothing from elsewhere is loaded or run; ECharts writes the style of its tooltips as HTML. */
    private static final String POLICY =
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final int LARGEST_FILE_BYTES = 4 << 20;

    public void addTo(ServerBuilder server) {
        add(server, "/", inPage("index.html"));
        add(server, "/page.css", inPage("page.css"));
        add(server, "/page.js", inPage("page.js"));
        add(server, "/ask.js", inPage("ask.js"));
        add(server, "/echarts.js", echarts());
    }

    private static void add(ServerBuilder server, String path, String resource) {
        HttpFile file = HttpFile.builder(FrontPage.class.getClassLoader(), resource)
                // Asked for again each time, and answered with "not modified" until the server is another one.
                .cacheControl(ServerCacheControl.REVALIDATED)
                .addHeader(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
                .addHeader(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .build();
        server.route()
                .path("exact:" + path)
                .decorator(EncodingService.newDecorator())
                .build(HttpFile.ofCached(file, LARGEST_FILE_BYTES).asService());
    }

    private static String inPage(String name) {
        return "dev/freshet/server/http/page/" + name;
    }

    /** The build writes down where its version of ECharts lies. */
    private static String echarts() {
        try (InputStream resource = FrontPage.class.getResourceAsStream("echarts.txt")) {
            if (resource == null) {
                throw new IllegalStateException("the server's jar lacks echarts.txt");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
