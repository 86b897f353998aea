package dev.freshet.server.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.server.Cluster;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent while a commit is under way. */
@ExtendWith(KafkaBrokerExtension.class)
class OutboxIT {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSentWhileACommitIsUnderWayBelongsToTheNext(boolean exactlyOnce, KafkaBroker broker)
            throws InterruptedException {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        TopicPartition requests = new TopicPartition(kafka.topics().requests(), 0);
        KafkaPath path = path(kafka, exactlyOnce);
        try (Outbox outbox = new Outbox(kafka, path, new SimpleMeterRegistry());
                Consumer<byte[], byte[]> consumer = consumer(kafka, path, requests)) {
            outbox.renew();
            answer(outbox, kafka, "a", requests, 1);
            outbox.beginCommit(consumer);

            // When
            answer(outbox, kafka, "b", requests, 2);
            outbox.endCommit(consumer);

            // Then
            assertThat(outbox.isCommitting()).isFalse();
            assertThat(outbox.isOpen()).isTrue();
            assertThat(committed(consumer, requests)).isEqualTo(1);
            if (exactlyOnce) {
                assertThat(answers(broker, kafka)).containsExactly("a");
            }

            // When
            outbox.beginCommit(consumer);
            outbox.endCommit(consumer);

            // Then
            assertThat(committed(consumer, requests)).isEqualTo(2);
            assertThat(answers(broker, kafka)).containsExactly("a", "b");
        }
    }

    @Test
    void whatIsSentWhileACommitFailsIsDropped(KafkaBroker broker) throws InterruptedException {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        TopicPartition requests = new TopicPartition(kafka.topics().requests(), 0);
        KafkaPath path = path(kafka, true);
        try (Outbox outbox = new Outbox(kafka, path, new SimpleMeterRegistry());
                Outbox intruder = new Outbox(kafka, path, new SimpleMeterRegistry());
                Consumer<byte[], byte[]> consumer = consumer(kafka, path, requests)) {
            outbox.renew();
            answer(outbox, kafka, "a", requests, 1);
            intruder.renew();
            outbox.beginCommit(consumer);
            answer(outbox, kafka, "b", requests, 2);

            // When, then
            assertThatThrownBy(() -> outbox.endCommit(consumer)).isInstanceOf(KafkaException.class);

            // When
            outbox.renew();
            answer(outbox, kafka, "c", requests, 1);
            outbox.beginCommit(consumer);
            outbox.endCommit(consumer);

            // Then
            assertThat(answers(broker, kafka)).containsExactly("c");
            assertThat(committed(consumer, requests)).isEqualTo(1);
        }
    }

    private static KafkaPath path(KafkaSettings kafka, boolean exactlyOnce) {
        String prefix = kafka.topics().prefix();
        return new KafkaPath(prefix + "scorers", prefix + "one", exactlyOnce, Duration.ofSeconds(1), 500);
    }

    private static Consumer<byte[], byte[]> consumer(KafkaSettings kafka, KafkaPath path, TopicPartition partition) {
        Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.forClient("test-requests", Map.of("group.id", path.groupId())),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        return consumer;
    }

    private static void answer(Outbox outbox, KafkaSettings kafka, String key, TopicPartition requests, long next) {
        String predictions = kafka.topics().predictions();
        outbox.begin(predictions, 1);
        outbox.send(new ProducerRecord<>(predictions, 0, key.getBytes(StandardCharsets.UTF_8), new byte[] {1}));
        outbox.cover(Map.of(requests, new OffsetAndMetadata(next)));
    }

    private static long committed(Consumer<?, ?> consumer, TopicPartition partition) {
        OffsetAndMetadata next = consumer.committed(Set.of(partition)).get(partition);
        return next == null ? 0 : next.offset();
    }

    private static List<String> answers(KafkaBroker broker, KafkaSettings kafka) {
        return broker.consumeAll(kafka.topics().predictions(), Duration.ofSeconds(20)).stream()
                .map(ConsumerRecord::key)
                .toList();
    }
}
