package dev.freshet.broker;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedBrokerIT {
    private static final TopicPartition TOPIC = new TopicPartition("images", 0);

    @TempDir
    private Path directory;

    private EmbeddedBroker broker;

    @BeforeEach
    void createBroker() {
        broker = new EmbeddedBroker(BrokerConfig.local(directory.resolve("data")));
    }

    @AfterEach
    void closeBroker() {
        broker.close();
    }

    @Test
    void keepsClusterRecordsAndGroupOffsetsOverARestartWithOtherPorts() throws Exception {
        // Given
        broker.start();
        String firstServers = broker.bootstrapServers();
        String firstCluster = clusterId(firstServers);
        createTopic(firstServers);
        produce(firstServers, "first");
        commitOffset(firstServers, 1);
        broker.close();

        // When
        broker.start();

        // Then
        String servers = broker.bootstrapServers();
        produce(servers, "second");
        assertThat(clusterId(servers)).isEqualTo(firstCluster);
        assertThat(readCommitted(servers)).containsExactly("first", "second");
        assertThat(committedOffset(servers)).isEqualTo(1);
    }

    @Test
    void startsOnAnotherControllerPortWhenTheFormerIsTaken() throws Exception {
        // Given: a start whose controller port is known and then occupied by somebody else
        broker.start();
        createTopic(broker.bootstrapServers());
        int formerPort = controllerPort(broker.bootstrapServers());
        broker.close();

        try (ServerSocket other = new ServerSocket(formerPort, 1, InetAddress.getLoopbackAddress())) {
            // When
            broker.start();

            // Then
            assertThat(controllerPort(broker.bootstrapServers())).isNotEqualTo(other.getLocalPort());
            assertThat(topics(broker.bootstrapServers())).contains("images");
        }
    }

    @Test
    void committedTransactionsAreReadAndAbortedOnesAreNot() throws Exception {
        // Given
        broker.start();
        String servers = broker.bootstrapServers();
        createTopic(servers);

        // When
        try (KafkaProducer<String, String> producer = producer(servers, Map.of("transactional.id", "trainer"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("images", "aborted")).get(10, SECONDS);
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("images", "committed")).get(10, SECONDS);
            producer.commitTransaction();
        }

        // Then
        assertThat(readCommitted(servers)).containsExactly("committed");
    }

    @Test
    void closesQuicklyAndLeavesNoThreadThatKeepsTheJvmAlive() throws Exception {
        // Given: a broker that has worked
        Set<Thread> before = nonDaemonThreads();
        broker.start();
        createTopic(broker.bootstrapServers());
        produce(broker.bootstrapServers(), "record");
        readCommitted(broker.bootstrapServers());
        long startedAt = System.nanoTime();

        // When
        broker.close();

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(15));
        assertThat(nonDaemonThreads()).isSubsetOf(before);
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        // Given
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            EmbeddedBroker second = new EmbeddedBroker(new BrokerConfig(directory, port, "localhost"));

            // When, Then
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(second::start)
                    .withMessageContaining("port " + port + " of localhost is already in use");
        }
    }

    @Test
    void namesTheDirectoryThatAnotherBrokerUses() {
        // Given
        broker.start();
        EmbeddedBroker second = new EmbeddedBroker(BrokerConfig.local(directory.resolve("data")));

        // When, Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(second::start)
                .withMessageContaining(directory.resolve("data") + " is in use by another running broker");
    }

    @Test
    void namesTheDirectoryThatCannotBeCreated() throws IOException {
        // Given
        Path file = Files.createFile(directory.resolve("file"));
        EmbeddedBroker misplaced = new EmbeddedBroker(BrokerConfig.local(file.resolve("data")));

        // When, Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(misplaced::start)
                .withMessageContaining(file.resolve("data") + " cannot be created or written");
    }

    @Test
    void refusesADamagedDirectoryAndReleasesIt() throws IOException {
        // Given
        Path kafka = Files.createDirectories(directory.resolve("data/kafka"));
        Path metaProperties = Files.writeString(kafka.resolve("meta.properties"), "version=1\nnode.id=?\n");

        // When, Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(broker::start)
                .withMessageContaining(metaProperties + " is damaged (Unable to read node.id as a base-10 number");
        assertThatIllegalStateException().isThrownBy(broker::bootstrapServers);

        // And when the user follows the advice
        Files.move(kafka, directory.resolve("moved-away"));
        broker.start();
        assertThat(broker.bootstrapServers()).startsWith("localhost:");
    }

    @Test
    void refusesADirectoryWhoseMetaPropertiesAreGone() throws IOException {
        // Given
        Path kafka = Files.createDirectories(directory.resolve("data/kafka"));
        Files.createDirectory(kafka.resolve("images-0"));

        // When, Then
        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(broker::start)
                .withMessageContaining("meta.properties is missing beside other files");
    }

    @Test
    void doesNotCreateTopicsByMistypedName() throws Exception {
        // Given
        broker.start();

        // When
        try (KafkaConsumer<String, String> consumer = consumer(broker.bootstrapServers())) {
            consumer.assign(List.of(new TopicPartition("imagse", 0)));
            consumer.poll(Duration.ofMillis(200));
        }

        // Then
        assertThat(topics(broker.bootstrapServers())).isEmpty();
    }

    private static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(toSet());
    }

    private static Admin admin(String servers) {
        return Admin.create(Map.of("bootstrap.servers", servers));
    }

    private static String clusterId(String servers) throws Exception {
        try (Admin admin = admin(servers)) {
            return admin.describeCluster().clusterId().get(10, SECONDS);
        }
    }

    private static Set<String> topics(String servers) throws Exception {
        try (Admin admin = admin(servers)) {
            return admin.listTopics().names().get(10, SECONDS);
        }
    }

    private static int controllerPort(String servers) throws Exception {
        try (Admin admin = admin(servers)) {
            return admin.describeMetadataQuorum().quorumInfo().get(10, SECONDS).nodes().values().stream()
                    .flatMap(node -> node.endpoints().stream())
                    .findFirst()
                    .orElseThrow()
                    .port();
        }
    }

    private static void createTopic(String servers) throws Exception {
        try (Admin admin = admin(servers)) {
            admin.createTopics(List.of(new NewTopic("images", Optional.of(1), Optional.empty())))
                    .all()
                    .get(10, SECONDS);
        }
    }

    private static void produce(String servers, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(servers, Map.of())) {
            producer.send(new ProducerRecord<>("images", value)).get(10, SECONDS);
        }
    }

    private static KafkaProducer<String, String> producer(String servers, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", servers);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer(String servers) {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "group.id",
                        "trainer",
                        "enable.auto.commit",
                        false,
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static void commitOffset(String servers, long offset) {
        try (KafkaConsumer<String, String> consumer = consumer(servers)) {
            consumer.assign(List.of(TOPIC));
            consumer.commitSync(Map.of(TOPIC, new OffsetAndMetadata(offset)));
        }
    }

    private static long committedOffset(String servers) {
        try (KafkaConsumer<String, String> consumer = consumer(servers)) {
            return requireNonNull(consumer.committed(Set.of(TOPIC)).get(TOPIC)).offset();
        }
    }

    private static List<String> readCommitted(String servers) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(servers)) {
            consumer.assign(List.of(TOPIC));
            consumer.seekToBeginning(List.of(TOPIC));
            long end = requireNonNull(consumer.endOffsets(List.of(TOPIC)).get(TOPIC));
            while (consumer.position(TOPIC) < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
            }
        }
        return values;
    }
}
