package dev.freshet.server.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The protocol's metadata of the server.
 *
 * @param extensions by Triton's names for them
 */
public record ServerDescription(String name, String version, List<String> extensions) {
    /** Of this build. */
    static ServerDescription own() {
        return new ServerDescription("freshet", softwareVersion(), List.of("binary_tensor_data", "classification"));
    }

    private static String softwareVersion() {
        try (InputStream resource = ServerDescription.class.getResourceAsStream("version.txt")) {
            if (resource == null) {
                throw new IllegalStateException("the server's jar lacks version.txt");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
