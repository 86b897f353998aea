package dev.freshet.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Kafka's own settings for a cluster of one node, as a map that {@code KafkaConfig} reads; any thread. */
final class KafkaSettings {
    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private static final Map<String, String> ONE_NODE = Map.ofEntries(
            // Nothing can be replicated.
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            // 50 partitions each spread load over nodes; here they only cost files at every start.
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.num.partitions", "4"),
            // Waiting 3 s for more group members is meant for a rolling deployment.
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            // Topics are created with settings of their own; a mistyped name must fail instead of starting empty.
            Map.entry("auto.create.topics.enable", "false"),
            // The cleaner allocates this at start, 128 MiB by default; 16 MiB hold 600 000 keys per pass.
            Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20)),
            // A start that takes longer than this hangs.
            Map.entry("server.max.startup.time.ms", "60000"));

    private KafkaSettings() {}

    /**
     * The controller's port appears here only, never on disk: with {@code controller.quorum.voters} the voters are
     * configuration, so every start may choose another one.
     */
    static Map<String, String> of(BrokerConfig config, Path logDirectory, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("log.dirs", logDirectory.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://" + config.bindAddress() + ":" + port + "," + CONTROLLER + "://127.0.0.1:"
                        + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + config.host() + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.putAll(ONE_NODE);
        return settings;
    }
}
