package dev.freshet.launcher;

import dev.freshet.broker.BrokerConfig;
import dev.freshet.broker.EmbeddedBroker;
import dev.freshet.core.config.Config;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.TopicCreation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The broker of a command that brings its own, with all topics, on a folder that stays or on a temporary one. */
final class LocalKafka implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final boolean temporary;
    private final EmbeddedBroker broker;

    private LocalKafka(Path folder, boolean temporary) {
        this.folder = folder;
        this.temporary = temporary;
        this.broker = new EmbeddedBroker(BrokerConfig.local(folder));
    }

    /**
     * Starts it; takes some seconds.
     *
     * @param directory the broker's data; null for a temporary folder, which {@link #close} removes
     */
    static LocalKafka start(@Nullable Path directory) throws Exception {
        LocalKafka kafka = new LocalKafka(
                directory == null ? Files.createTempDirectory("freshet-broker-") : directory, directory == null);
        try {
            kafka.broker.start();
        } catch (Exception e) {
            kafka.close();
            throw e;
        }
        return kafka;
    }

    /** How to talk to it, whatever the configuration says of brokers; creates the topics. */
    KafkaSettings settings(Config config, Stopping stopping) throws InterruptedException {
        KafkaSettings kafka = KafkaSettings.from(config.override("kafka.bootstrap.servers", broker.bootstrapServers()));
        TopicCreation.createMissing(kafka, PATIENCE, stopping::isAsked);
        return kafka;
    }

    @Override
    public void close() throws IOException {
        LogLevels.brokerStops();
        broker.close();
        if (temporary) {
            try (Stream<Path> inside = Files.walk(folder)) {
                List<Path> deepestFirst =
                        inside.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}
