package dev.freshet.testkit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.kafka.TopicCreation;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.kafka.Topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Here and not in core, since this is the first module that has a broker. */
@ExtendWith(KafkaBrokerExtension.class)
class TopicCreationIT {
    private final KafkaBroker broker;

    TopicCreationIT(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void makesTopicsThatCanBeUsedAtOnce() throws InterruptedException {
        try (Admin admin = Admin.create(servers());
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(servers(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int i = 0; i < 5; i++) {
                // Given
                Topics topics = new Topics(broker.uniqueTopicPrefix(), 3, (short) 1);

                // When
                TopicCreation.createMissing(admin, topics);

                // Then
                for (Topic topic : topics.all()) {
                    assertThat(consumer.partitionsFor(topic.name())).hasSize(topic.partitions());
                }
            }
        }
    }

    @Test
    void leavesTopicsThatExistAsTheyAre() throws InterruptedException {
        // Given
        Topics topics = new Topics(broker.uniqueTopicPrefix(), 3, (short) 1);
        broker.createTopic(topics.images(), 2);

        try (Admin admin = Admin.create(servers())) {
            // When
            TopicCreation.createMissing(admin, topics);
            TopicCreation.createMissing(admin, topics);

            // Then
            List<String> names = topics.all().stream().map(Topic::name).toList();
            assertThat(admin.describeTopics(names).allTopicNames().toCompletionStage())
                    .succeedsWithin(Duration.ofSeconds(30))
                    .satisfies(topic -> assertThat(
                                    requireNonNull(topic.get(topics.images())).partitions())
                            .hasSize(2))
                    .satisfies(topic -> assertThat(requireNonNull(topic.get(topics.predictions()))
                                    .partitions())
                            .hasSize(3));
        }
    }

    private Map<String, Object> servers() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
