package dev.freshet.core.kafka;

import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** How the topic {@code models} is read. Stateless. */
public final class ModelsTopic {
    private ModelsTopic() {}

    /** The topic has one, so that its records have one order. */
    public static TopicPartition partition(KafkaSettings kafka) {
        return StateTopic.partition(kafka.topics().models());
    }

    /**
     * As {@link StateTopic#readToEnd}.
     *
     * @throws UnknownTopicOrPartitionException if there is no such topic
     */
    public static void readToEnd(KafkaSettings kafka, String role, Consumer<ConsumerRecord<String, byte[]>> onRecord) {
        StateTopic.readToEnd(kafka, kafka.topics().models(), role, onRecord);
    }
}
