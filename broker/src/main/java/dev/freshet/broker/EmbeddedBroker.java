package dev.freshet.broker;

import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real Kafka broker and controller (KRaft, one node) in this JVM, on a directory that survives restarts.
 * Launcher and testkit start it; any thread may call it, and {@code close} waits for a {@code start} under way.
 * Kafka itself halts the JVM, after logging an error, when its data is in danger: never delete the directory before
 * {@code close}.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final BrokerConfig config;
    private @Nullable Running running;

    public EmbeddedBroker(BrokerConfig config) {
        this.config = config;
    }

    /**
     * Blocks until clients can connect: 2 to 3 s in a new JVM, 0.5 s after that. A closed broker may be started again.
     *
     * @throws BrokerStartException when the port is taken, or the directory is damaged, not writable or in use
     * @throws IllegalStateException when already started
     */
    public synchronized void start() {
        if (running != null) {
            throw new IllegalStateException("the broker in " + config.directory() + " is already started");
        }
        DataDirectory directory = DataDirectory.open(config.directory());
        try {
            running = start(directory);
        } finally {
            if (running == null) {
                directory.close();
            }
        }
        log.atInfo()
                .addKeyValue("bootstrapServers", running.bootstrapServers())
                .addKeyValue("directory", directory.kafka())
                .log("broker started");
    }

    private Running start(DataDirectory directory) {
        int port = clientPort();
        int controllerPort = Ports.free("127.0.0.1", port);
        directory.format(KafkaSettings.NODE_ID, KafkaSettings.CONTROLLER);
        Properties settings = new Properties();
        settings.putAll(KafkaSettings.of(config, directory.kafka(), port, controllerPort));
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (Exception e) { // Scala throws checked exceptions that it does not declare
            server.shutdown();
            throw new BrokerStartException("the broker in " + config.directory() + " did not start: " + e, e);
        }
        return new Running(server, directory, config.host() + ":" + port);
    }

    private int clientPort() {
        if (config.port() == 0) {
            return Ports.free(config.bindAddress(), 0);
        }
        if (!Ports.isFree(config.bindAddress(), config.port())) {
            throw new BrokerStartException("port " + config.port() + " of " + config.bindAddress()
                    + " is already in use; stop the program that uses it, or choose another port (0 takes a free one)");
        }
        return config.port();
    }

    /**
     * What clients take as {@code bootstrap.servers}.
     *
     * @throws IllegalStateException unless started
     */
    public synchronized String bootstrapServers() {
        if (running == null) {
            throw new IllegalStateException("the broker in " + config.directory() + " is not started");
        }
        return running.bootstrapServers();
    }

    /** Writes everything to disk and stops, in about 0.5 s; does nothing unless started. */
    @Override
    public synchronized void close() {
        if (running == null) {
            return;
        }
        Running stopping = running;
        running = null;
        try (DataDirectory directory = stopping.directory()) {
            stopping.server().shutdown();
            stopping.server().awaitShutdown();
            log.atInfo().addKeyValue("directory", directory.kafka()).log("broker stopped");
        }
    }

    private record Running(KafkaRaftServer server, DataDirectory directory, String bootstrapServers) {}
}
