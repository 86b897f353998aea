package dev.freshet.server.http;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started HTTP/1 and HTTP/2 server on one port; whoever started it closes it, from any thread. */
public final class HttpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    /** Answers under way get this long to arrive; an orchestrator has sent no new requests for a while by then. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration MARGIN = Duration.ofMillis(250);
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Server server;

    private HttpServer(Server server) {
        this.server = server;
    }

    /**
     * Listens; blocks until the port is open.
     *
     * @param routes adds everything that the server answers to
     * @throws IllegalArgumentException if the port is taken or the host is not one of this machine, with the
     *     setting's name
     */
    public static HttpServer start(ListenAddress address, Consumer<ServerBuilder> routes) {
        return start(address, null, routes);
    }

    /**
     * Listens with TLS alone, where there is a certificate; blocks until the port is open.
     *
     * @param tls null for none
     * @param routes adds everything that the server answers to
     * @throws IllegalArgumentException if the port is taken, the host is not one of this machine or the certificate
     *     cannot be used, with the setting's name
     */
    public static HttpServer start(ListenAddress address, @Nullable Tls tls, Consumer<ServerBuilder> routes) {
        InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
        if (socket.isUnresolved()) {
            throw new IllegalArgumentException("host " + address.host() + " of " + address.setting() + " is not known");
        }
        ServerBuilder builder = tls == null
                ? Server.builder().http(socket)
                : Server.builder().https(socket).tls(tls.keyPair());
        builder.gracefulShutdownTimeout(QUIET, GRACE)
                // Armeria's own meters have no place on the dashboards, and a second server in a JVM would clash.
                .meterRegistry(new CompositeMeterRegistry())
                .childChannelPipelineCustomizer(HttpServer::writeTogether);
        routes.accept(builder);
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw refusal(address, e);
        }
        log.atInfo()
                .addKeyValue("host", address.host())
                .addKeyValue("port", server.activeLocalPort())
                .addKeyValue("tls", tls != null)
                .log("listening");
        return new HttpServer(server);
    }

    /** Armeria flushes once a read; the answers of a batch, which come after it, would else take a system call each. */
    private static void writeTogether(ChannelPipeline connection) {
        connection.addFirst(
                new FlushConsolidationHandler(FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
    }

    /** The port it listens on, also where any was asked for. */
    public int port() {
        return server.activeLocalPort();
    }

    /** Blocks for a second or so at most while answers under way are sent, and until the port is closed. */
    @Override
    public void close() {
        CompletableFuture<Void> stopped = server.stop();
        long deadline = System.nanoTime() + GRACE.plus(MARGIN).toNanos();
        try {
            // Netty lets idle event loops linger for two seconds after that, for which nobody need wait.
            while (!stopped.isDone() && !server.activePorts().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var unused = stopped.whenComplete((nothing, failure) -> {
            if (failure != null) {
                log.atWarn().setCause(failure).log("the HTTP server did not stop well");
            }
        });
    }

    private static RuntimeException refusal(ListenAddress address, CompletionException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // Netty's own transports throw an IOException of their own for what the JDK calls a BindException.
            if (cause instanceof IOException) {
                return new IllegalArgumentException(
                        address.setting() + " " + address.port() + " on host " + address.host()
                                + " cannot be listened on (" + cause.getMessage()
                                + "): choose another port, or 0 for any that is free",
                        failure);
            }
        }
        return failure;
    }
}
