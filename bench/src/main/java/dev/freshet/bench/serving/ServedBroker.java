package dev.freshet.bench.serving;

import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.process.JavaCommand;
import dev.freshet.bench.process.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A broker in this process and a server beside it that follows its models. Belongs to the main thread. */
final class ServedBroker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 10;

    private final Broker broker;
    private final Peer server;

    private ServedBroker(Broker broker, Peer server) {
        this.broker = broker;
        this.server = server;
    }

    /** @param folder for the broker's data and for logs */
    static ServedBroker start(Path folder) throws IOException, InterruptedException {
        Broker broker = Broker.start(folder.resolve("broker"));
        List<String> command = JavaCommand.withKernels(
                ServingPeer.class, List.of(broker.settings().bootstrapServers()));
        return new ServedBroker(broker, Peer.start("the server", command, Map.of(), folder.resolve("server.log")));
    }

    Broker broker() {
        return broker;
    }

    int serverPort() {
        return Integer.parseInt(server.order("server"));
    }

    int echoPort() {
        return Integer.parseInt(server.order("echo"));
    }

    /** CPU time that the process of server and echo has taken so far, on all cores, in nanoseconds. */
    long cpuNanos() {
        return Long.parseLong(server.order("cpu"));
    }

    /** Waits until the server answers with a version. */
    void awaitVersion(long version) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Long.parseLong(server.order("version")) < version) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the server did not load version " + version);
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    @Override
    public void close() {
        server.close();
        broker.close();
    }
}
