package dev.freshet.core.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are missing; leaves the settings of existing ones alone. */
public final class TopicCreation {
    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);

    private TopicCreation() {}

    /**
     * Blocks until every topic exists, whoever created it, and can be written and read.
     *
     * @throws KafkaException if the broker refuses or does not answer
     */
    public static void createMissing(Admin admin, Topics topics) throws InterruptedException {
        Set<String> existing = new TreeSet<>(get(admin.listTopics().names()));
        List<NewTopic> missing = topics.all().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(TopicCreation::newTopic)
                .toList();
        for (var entry : admin.createTopics(missing).values().entrySet()) {
            try {
                get(entry.getValue());
                log.atInfo().addKeyValue("topic", entry.getKey()).log("created topic");
            } catch (TopicExistsException e) {
                // Another process was faster, which is as good.
                log.atDebug().addKeyValue("topic", entry.getKey()).log("topic exists");
            }
        }
        awaitLeaders(admin, missing);
    }

    /**
     * A created topic is known to the controller, a moment later to the brokers: only a leader answers with offsets, and
     * the admin client asks until one does.
     */
    private static void awaitLeaders(Admin admin, List<NewTopic> topics) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (NewTopic topic : topics) {
            for (int partition = 0; partition < topic.numPartitions(); partition++) {
                partitions.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
        }
        Map<TopicPartition, ?> unused = get(admin.listOffsets(partitions).all());
    }

    private static NewTopic newTopic(Topics.Topic topic) {
        Optional<Short> replicas =
                topic.replicationFactor() < 0 ? Optional.empty() : Optional.of(topic.replicationFactor());
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas).configs(topic.settings());
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }
}
