package dev.freshet.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds TCP ports and tells early which are taken; any thread. */
final class Ports {
    // Below the range that Linux (32768), macOS and Windows (49152) hand out to outgoing connections and to bind(0),
    // so that nobody is given the port between our look and the broker's bind.
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /** A free port of {@code address} other than {@code taken}. */
    static int free(String address, int taken) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (port != taken && isFree(address, port)) {
                return port;
            }
        }
        throw new BrokerStartException("no free port found on " + address + " between " + LOWEST + " and " + HIGHEST);
    }

    static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the broker does: a port in TIME_WAIT is free
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
