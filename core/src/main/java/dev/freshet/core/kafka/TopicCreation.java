package dev.freshet.core.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are missing; leaves the settings of existing ones alone. */
public final class TopicCreation {
    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LEADERS_PATIENCE = Duration.ofSeconds(30);
    private static final Duration LEADERS_INTERVAL = Duration.ofMillis(20);

    private TopicCreation() {}

    /**
     * Connects and blocks until every topic exists; a broker that does not answer yet is waited for.
     *
     * @param patience how long to wait for the broker
     * @param stop asked between two tries; nothing is created any more once it says so
     * @throws KafkaException if the broker refuses, or does not answer in time
     */
    public static void createMissing(KafkaSettings kafka, Duration patience, BooleanSupplier stop)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Map<String, Object> own = Map.of("default.api.timeout.ms", 5_000, "request.timeout.ms", 5_000);
        try (Admin admin = Admin.create(kafka.forClient("topics", own))) {
            while (!stop.getAsBoolean()) {
                try {
                    createMissing(admin, kafka.topics());
                    return;
                } catch (RetriableException e) {
                    if (System.nanoTime() > deadline) {
                        throw new KafkaException(
                                "no broker at " + kafka.bootstrapServers() + " answered within " + patience.toSeconds()
                                        + " s",
                                e);
                    }
                    log.atWarn()
                            .addKeyValue("bootstrap", kafka.bootstrapServers())
                            .addKeyValue("reason", e.getMessage())
                            .log("waiting for the broker");
                    Thread.sleep(RETRY_INTERVAL.toMillis());
                }
            }
        }
    }

    /**
     * Blocks until every topic exists, whoever created it, and those created here can be written to.
     *
     * @throws KafkaException if the broker refuses or does not answer
     */
    public static void createMissing(Admin admin, Topics topics) throws InterruptedException {
        Set<String> existing = new TreeSet<>(get(admin.listTopics().names()));
        List<NewTopic> missing = topics.all().stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(TopicCreation::newTopic)
                .toList();
        Map<TopicPartition, OffsetSpec> created = new HashMap<>();
        CreateTopicsResult creation = admin.createTopics(missing);
        for (var entry : creation.values().entrySet()) {
            try {
                get(entry.getValue());
                int partitions = get(creation.numPartitions(entry.getKey()));
                for (int partition = 0; partition < partitions; partition++) {
                    created.put(new TopicPartition(entry.getKey(), partition), OffsetSpec.latest());
                }
                log.atInfo().addKeyValue("topic", entry.getKey()).log("created topic");
            } catch (TopicExistsException e) {
                // Another process was faster, which is as good.
                log.atDebug().addKeyValue("topic", entry.getKey()).log("topic exists");
            }
        }
        awaitLeaders(admin, created);
    }

    /**
     * A topic exists before its partitions have leaders, and before every broker has heard of it. If a producer's first
     * batch comes that early and is turned away while its second is taken, their sequence numbers never fit again, and it
     * hangs for two minutes.
     */
    private static void awaitLeaders(Admin admin, Map<TopicPartition, OffsetSpec> partitions)
            throws InterruptedException {
        long deadline = System.nanoTime() + LEADERS_PATIENCE.toNanos();
        while (true) {
            try {
                get(admin.listOffsets(partitions).all());
                return;
            } catch (UnknownTopicOrPartitionException e) {
                // The admin client asks again where there is no leader, but not where there is no topic.
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(LEADERS_INTERVAL.toMillis());
            }
        }
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
