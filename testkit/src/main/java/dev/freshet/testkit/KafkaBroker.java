package dev.freshet.testkit;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.freshet.broker.BrokerConfig;
import dev.freshet.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka broker of a test JVM, with the few operations most tests need. All tests share it, so each takes a
 * prefix of its own for its topics. Tests get it from {@link KafkaBrokerExtension}; every method is thread-safe.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 30;

    private final Path directory;
    private final EmbeddedBroker broker;
    private final Admin admin;
    private final KafkaProducer<@Nullable String, byte @Nullable []> producer;
    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private final AtomicInteger prefixes = new AtomicInteger();

    private KafkaBroker(Path directory, EmbeddedBroker broker) {
        Map<String, Object> servers = Map.of("bootstrap.servers", broker.bootstrapServers());
        this.directory = directory;
        this.broker = broker;
        this.admin = Admin.create(servers);
        this.producer = new KafkaProducer<>(servers, new StringSerializer(), new ByteArraySerializer());
    }

    /** Starts a broker in a temporary directory, which {@link #close} deletes. */
    static KafkaBroker start() {
        try {
            Path directory = Files.createTempDirectory("freshet-test-broker");
            EmbeddedBroker broker = new EmbeddedBroker(BrokerConfig.local(directory));
            broker.start();
            return new KafkaBroker(directory, broker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A prefix for topic, group and transactional names that no other caller gets: {@code t1.}, {@code t2.}, … */
    public String uniqueTopicPrefix() {
        return "t" + prefixes.incrementAndGet() + ".";
    }

    /** Creates the topic unless it exists, and blocks until it can be written. */
    public void createTopic(String topic, int partitions) {
        createTopic(topic, partitions, Map.of());
    }

    /** As {@link #createTopic(String, int)}, with settings such as {@code cleanup.policy=compact}. */
    public void createTopic(String topic, int partitions, Map<String, String> settings) {
        try {
            await(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all());
        } catch (TopicExistsException alreadyThere) {
            // wanted
        }
        awaitLeaders(topic, partitions);
        created.add(topic);
    }

    /**
     * A created topic is known to the controller first, then to the broker (the producer waits for that), and only
     * then led by it: the admin client asks for offsets, which only a leader knows, until it is answered.
     */
    private void awaitLeaders(String topic, int partitions) {
        producer.partitionsFor(topic);
        await(admin.listOffsets(IntStream.range(0, partitions)
                        .boxed()
                        .collect(toMap(
                                partition -> new TopicPartition(topic, partition), partition -> OffsetSpec.latest())))
                .all());
    }

    /**
     * Writes one record and blocks until the broker has it; creates a missing topic with one partition.
     *
     * @param value {@code null} is a tombstone
     */
    public RecordMetadata produce(String topic, @Nullable String key, byte @Nullable [] value, Header... headers) {
        if (!created.contains(topic)) {
            createTopic(topic, 1);
        }
        return await(producer.send(new ProducerRecord<>(topic, null, key, value, List.of(headers))));
    }

    /**
     * Everything committed in the topic at the time of the call, by partition and offset.
     *
     * @throws AssertionError when it cannot be read within {@code timeout}
     */
    public List<ConsumerRecord<String, byte[]>> consumeAll(String topic, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < requireNonNull(ends.get(p)))) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(topic + " not read within " + timeout + ": " + records.size() + " records"
                            + " of end offsets " + ends);
                }
                consumer.poll(Duration.ofMillis(50)).forEach(records::add);
            }
            records.removeIf(record -> record.offset() >= end(ends, record));
        }
        records.sort(Comparator.<ConsumerRecord<?, ?>>comparingInt(ConsumerRecord::partition)
                .thenComparingLong(ConsumerRecord::offset));
        return records;
    }

    private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<?, ?> record) {
        return requireNonNull(ends.get(new TopicPartition(record.topic(), record.partition())));
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers(),
                        "enable.auto.commit",
                        false,
                        // A consumer that closes waits for its last fetch, which waits this long for records.
                        "fetch.max.wait.ms",
                        20,
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the broker did not answer in " + TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        }
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
