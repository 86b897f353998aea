package dev.freshet.broker;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Settings of one embedded broker.
 *
 * @param directory where topics live; created when missing, reused with everything in it otherwise
 * @param port port for clients, in [0, 65535]; 0 takes a free one at every start
 * @param host name or IPv4 address that clients connect to; a loopback name keeps the broker private to this machine,
 *     any other makes it listen on all interfaces (it has neither encryption nor passwords)
 */
public record BrokerConfig(Path directory, int port, String host) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");

    public BrokerConfig {
        String path = directory.toAbsolutePath().toString();
        require(!path.contains(","), "directory must not contain a comma (Kafka splits there), was " + path);
        require(port >= 0 && port <= 65535, "port must be in [0, 65535], was " + port);
        require(
                HOST.matcher(host).matches(),
                "host must be a host name or an IPv4 address without scheme and port, was '" + host + "'");
        require(
                !host.equals("0.0.0.0"),
                "host must be a name that clients can connect to, was '0.0.0.0';"
                        + " any name but localhost makes the broker listen on all interfaces");
    }

    /** A broker for this machine only, on a free port. */
    public static BrokerConfig local(Path directory) {
        return new BrokerConfig(directory, 0, "localhost");
    }

    /** The address to listen on: not {@code host}, since a container cannot bind the name of its service. */
    String bindAddress() {
        return LOOPBACK.contains(host) ? host : "0.0.0.0";
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
