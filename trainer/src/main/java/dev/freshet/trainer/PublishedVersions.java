package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the topic {@code models} when a trainer starts.
 *
 * @param newest the newest version that is whole; null for none
 * @param highestVersion of all, damaged ones included, so that no version number is used twice; 0 for none
 */
record PublishedVersions(@Nullable Snapshot newest, long highestVersion) {
    private static final Logger log = LoggerFactory.getLogger(PublishedVersions.class);

    /** Reads the topic to its end as it is now. */
    static PublishedVersions read(KafkaSettings kafka, String model) {
        var properties = kafka.forClient(
                "trainer-models",
                Map.of(
                        "enable.auto.commit", "false",
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest",
                        "key.deserializer", StringDeserializer.class.getName(),
                        "value.deserializer", ByteArrayDeserializer.class.getName()));
        TopicPartition partition = new TopicPartition(kafka.topics().models(), 0);
        try (Consumer<String, byte[]> consumer = new KafkaConsumer<>(properties)) {
            if (consumer.partitionsFor(partition.topic()).isEmpty()) {
                throw new UnknownTopicOrPartitionException("topic " + partition.topic() + " does not exist");
            }
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            SnapshotAssembler assembler = new SnapshotAssembler(model);
            Snapshot newest = null;
            long highest = 0;
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Optional<Assembled> assembled = assembler.accept(record.key(), record.value());
                    if (assembled.isEmpty()) {
                        continue;
                    }
                    highest = Math.max(highest, assembled.get().version());
                    if (assembled.get() instanceof Assembled.Complete complete
                            && (newest == null || complete.version() > newest.version())) {
                        newest = complete.snapshot();
                    } else if (assembled.get() instanceof Assembled.Damaged damaged) {
                        log.atWarn()
                                .addKeyValue("version", damaged.version())
                                .addKeyValue("reason", damaged.reason())
                                .log("passing over a damaged version");
                    }
                }
            }
            return new PublishedVersions(newest, highest);
        }
    }
}
