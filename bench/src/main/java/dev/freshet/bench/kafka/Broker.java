package dev.freshet.bench.kafka;

import dev.freshet.broker.BrokerConfig;
import dev.freshet.broker.EmbeddedBroker;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** The real broker in this JVM with Freshet's topics. Belongs to the main thread. */
public final class Broker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedBroker broker;
    private final KafkaSettings settings;
    private final Admin admin;

    private Broker(EmbeddedBroker broker) {
        this.broker = broker;
        this.settings = KafkaSettings.of(broker.bootstrapServers(), Topics.withPrefix("freshet."));
        this.admin = Admin.create(settings.forClient("bench", Map.of()));
    }

    /**
     * Starts it and creates the topics; takes some seconds.
     *
     * @param folder for its data, which stays
     */
    public static Broker start(Path folder) throws InterruptedException {
        EmbeddedBroker embedded = new EmbeddedBroker(BrokerConfig.local(folder));
        embedded.start();
        Broker broker = new Broker(embedded);
        TopicCreation.createMissing(broker.settings, PATIENCE, () -> false);
        return broker;
    }

    public KafkaSettings settings() {
        return settings;
    }

    public Topics topics() {
        return settings.topics();
    }

    /** How far a topic of {@link #topics} has come. */
    public TopicEnd end(String topic) {
        return new TopicEnd(admin, topic);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
