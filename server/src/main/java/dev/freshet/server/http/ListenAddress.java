package dev.freshet.server.http;

/**
 * Where a process listens.
 *
 * @param setting what messages call the port, such as {@code server.port}
 * @param host address to bind to, {@code 0.0.0.0} for all
 * @param port 0 for any that is free
 */
public record ListenAddress(String setting, String host, int port) {
    public ListenAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the host to listen on must not be empty; 0.0.0.0 stands for all");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(setting + " must be in [0, 65535], was " + port);
        }
    }
}
