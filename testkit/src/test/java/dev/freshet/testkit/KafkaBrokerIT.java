package dev.freshet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaBrokerExtension.class)
class KafkaBrokerIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final KafkaBroker broker;

    KafkaBrokerIT(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void isTheSameForAllTests(KafkaBroker injected) {
        assertThat(injected).isSameAs(broker);
    }

    @Test
    void givesEveryCallerItsOwnPrefix() {
        // When
        String first = broker.uniqueTopicPrefix();
        String second = broker.uniqueTopicPrefix();

        // Then
        assertThat(first).matches("t\\d+\\.").isNotEqualTo(second);
    }

    @Test
    void readsBackWhatWasProduced() {
        // Given
        String topic = broker.uniqueTopicPrefix() + "images";
        broker.produce(topic, "a", "one".getBytes(UTF_8), new RecordHeader("label", "7".getBytes(UTF_8)));
        broker.produce(topic, "b", null);

        // When
        List<ConsumerRecord<String, byte[]>> records = broker.consumeAll(topic, TIMEOUT);

        // Then
        assertThat(records).extracting(ConsumerRecord::key).containsExactly("a", "b");
        assertThat(records).extracting(ConsumerRecord::value).containsExactly("one".getBytes(UTF_8), null);
        assertThat(records.get(0).headers().lastHeader("label").value()).isEqualTo("7".getBytes(UTF_8));
    }

    @Test
    void readsAllPartitionsInOrder() {
        // Given
        String topic = broker.uniqueTopicPrefix() + "images";
        broker.createTopic(topic, 3);
        for (int i = 0; i < 30; i++) {
            broker.produce(topic, "key" + i, new byte[] {(byte) i});
        }

        // When
        List<ConsumerRecord<String, byte[]>> records = broker.consumeAll(topic, TIMEOUT);

        // Then
        assertThat(records).hasSize(30).isSortedAccordingTo((a, b) -> {
            int byPartition = Integer.compare(a.partition(), b.partition());
            return byPartition != 0 ? byPartition : Long.compare(a.offset(), b.offset());
        });
    }

    @Test
    void leavesOutWhatWasNotCommitted() throws Exception {
        // Given
        String prefix = broker.uniqueTopicPrefix();
        broker.createTopic(prefix + "models", 1, Map.of("cleanup.policy", "compact"));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", prefix + "trainer"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(prefix + "models", "committed", new byte[1]))
                    .get(30, TimeUnit.SECONDS);
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(prefix + "models", "aborted", new byte[1]))
                    .get(30, TimeUnit.SECONDS);
            producer.abortTransaction();
        }

        // When
        List<ConsumerRecord<String, byte[]>> records = broker.consumeAll(prefix + "models", TIMEOUT);

        // Then
        assertThat(records).extracting(ConsumerRecord::key).containsExactly("committed");
    }

    @Test
    void readsAnEmptyTopic() {
        // Given
        String topic = broker.uniqueTopicPrefix() + "labels";
        broker.createTopic(topic, 2);

        // When
        List<ConsumerRecord<String, byte[]>> records = broker.consumeAll(topic, TIMEOUT);

        // Then
        assertThat(records).isEmpty();
    }
}
