package dev.freshet.server;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.testkit.KafkaBroker;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** Topics of its own for each test on the shared broker. */
public final class Cluster {
    private Cluster() {}

    /** Creates all topics, those that scale with two partitions. */
    public static KafkaSettings withTopics(KafkaBroker broker, Map<String, String> client) throws InterruptedException {
        Topics topics = new Topics(broker.uniqueTopicPrefix(), 2, (short) 1);
        Map<String, String> settings = new HashMap<>(client);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        KafkaSettings kafka = new KafkaSettings(settings, topics);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicCreation.createMissing(admin, topics);
        }
        return kafka;
    }

    public static KafkaSettings withTopics(KafkaBroker broker) throws InterruptedException {
        return withTopics(broker, Map.of());
    }
}
