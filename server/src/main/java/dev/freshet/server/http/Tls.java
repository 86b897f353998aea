package dev.freshet.server.http;

import com.linecorp.armeria.common.TlsKeyPair;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a server proves itself with, in PEM files, which are read once, when the port opens.
 *
 * @param certificate the server's own, then those of the authorities between it and one that clients know
 * @param key of the first certificate, in PKCS #8, without a password
 */
public record Tls(Path certificate, Path key) {
    /** @throws IllegalArgumentException if a file is missing or holds something else, with the settings' names */
    TlsKeyPair keyPair() {
        require("server.tls.certificate", certificate);
        require("server.tls.key", key);
        try {
            return TlsKeyPair.of(key.toFile(), certificate.toFile());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "server.tls.certificate " + certificate + " and server.tls.key " + key
                            + " are no certificate and key in PEM files: " + e.getMessage(),
                    e);
        }
    }

    private static void require(String setting, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(setting + " " + file + ": there is no such file, or it cannot be read");
        }
    }
}
