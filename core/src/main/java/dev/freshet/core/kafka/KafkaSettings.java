package dev.freshet.core.kafka;

import dev.freshet.core.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * How to reach Kafka: client settings passed through as they are, and the topics.
 *
 * @param client settings for every client, {@code bootstrap.servers} among them
 */
public record KafkaSettings(Map<String, String> client, Topics topics) {
    /** Where a broker is looked for if nobody says. */
    public static final String DEFAULT_BOOTSTRAP = "localhost:9092";

    public KafkaSettings {
        client = Map.copyOf(client);
        if (client.getOrDefault("bootstrap.servers", "").isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrap.servers must name at least one host:port");
        }
    }

    public static KafkaSettings of(String bootstrapServers, Topics topics) {
        return new KafkaSettings(Map.of("bootstrap.servers", bootstrapServers), topics);
    }

    /** Reads the sections {@code kafka}, whose keys all go to the clients, and {@code topics}. */
    public static KafkaSettings from(Config root) {
        Config section = root.section("kafka");
        Map<String, String> client = new LinkedHashMap<>(section.passThrough());
        client.putIfAbsent("bootstrap.servers", DEFAULT_BOOTSTRAP);
        if (client.get("bootstrap.servers").isBlank()) {
            section.problem("bootstrap.servers", "\"\"", "must name at least one host:port");
            client.put("bootstrap.servers", DEFAULT_BOOTSTRAP);
        }
        return new KafkaSettings(client, Topics.from(root.section("topics")));
    }

    public String bootstrapServers() {
        return client.getOrDefault("bootstrap.servers", "");
    }

    /**
     * Properties for one client.
     *
     * @param role appears in the client's id, in the broker's log and in metrics
     * @param own what this client must have; it wins over the passed-through settings
     */
    public Properties forClient(String role, Map<String, ?> own) {
        Properties properties = new Properties();
        properties.putAll(client);
        properties.putIfAbsent("client.id", "freshet-" + role);
        properties.putAll(own);
        return properties;
    }
}
