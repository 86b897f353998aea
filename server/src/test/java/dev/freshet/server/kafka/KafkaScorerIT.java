package dev.freshet.server.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.protocol.v1.EncodedImage;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.server.Cluster;
import dev.freshet.server.PlainEngine;
import dev.freshet.server.Requests;
import dev.freshet.server.Versions;
import dev.freshet.server.model.ServedModel;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(KafkaBrokerExtension.class)
class KafkaScorerIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(50);
    /** A commit interval that no test outlives. */
    private static final Duration NEVER = Duration.ofHours(1);

    private final PlainEngine engine = new PlainEngine();
    private final ServedModel served = new ServedModel(Versions.MODEL);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Deque<KafkaScorer> started = new ArrayDeque<>();

    @AfterEach
    void nothingFailed() {
        started.forEach(KafkaScorer::close);
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersEveryRequestOnceOnItsPartition(boolean exactlyOnce, KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        load(4);
        start(kafka, path(kafka, "one", exactlyOnce, SOON));

        // When
        Requests.send(kafka, 0, 3_000);

        // Then
        awaitAnswers(broker, kafka, 3_000);
        for (ConsumerRecord<String, byte[]> record : Requests.answers(broker, kafka)) {
            Prediction prediction = Requests.parse(record);
            assertThat(record.key()).isEqualTo(prediction.getId());
            assertThat(record.partition())
                    .isEqualTo(Integer.parseInt(prediction.getId().substring(1)) % 2);
            assertThat(record.headers()).isEmpty();
            assertThat(prediction.getModel()).isEqualTo("default");
            assertThat(prediction.getModelVersion()).isEqualTo(4);
            assertThat(prediction.getEventTimeMs()).isEqualTo(1_234);
            assertThat(prediction.getProbabilitiesCount()).isEqualTo(10);
            assertThat(prediction.getTimings().getBatchSize()).isBetween(1, 1_000);
        }
        assertThat(Meters.SERVER_PREDICTIONS.counter(registry, "path", "kafka").count())
                .isEqualTo(3_000);
        assertThat(Meters.SERVER_PREDICTION_DURATION
                        .timer(registry, "path", "kafka")
                        .count())
                .isEqualTo(3_000);
        await().untilAsserted(() -> assertThat(registry.get(Meters.SERVER_CONSUMER_LAG.meterName())
                        .gauge()
                        .value())
                .isZero());
    }

    @Test
    void theCanaryAnswersItsShareOfEveryPollAndEveryRequestIsAnsweredOnce(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        int requests = 10_000;
        double weight = 20;
        CanarySplit split = CanarySplit.ofWeight(weight);
        load(4);
        Versions.load(served, engine, Versions.version(5));
        served.assign(4L, Map.of("canary", 5L), split);
        start(kafka, path(kafka, "one", true, SOON));

        // When
        Requests.send(kafka, 0, requests);
        Requests.sendTo(kafka, 0, "r" + requests, new byte[] {1});

        // Then
        awaitAnswers(broker, kafka, requests + 1);
        int canaries = 0;
        for (ConsumerRecord<String, byte[]> record : Requests.answers(broker, kafka)) {
            Prediction prediction = Requests.parse(record);
            long expected = split.takes(prediction.getId()) ? 5 : 4;
            assertThat(prediction.getModelVersion()).isEqualTo(expected);
            canaries += expected == 5 && !prediction.hasFailure() ? 1 : 0;
        }
        // Six standard deviations.
        assertThat(canaries).isBetween(1_760, 2_240);
        assertThat(deadLetters(broker, kafka)).hasSize(1);
        assertThat(Meters.SERVER_SCORED.counter(registry, "role", "canary").count())
                .isEqualTo(canaries);
        assertThat(Meters.SERVER_SCORED.counter(registry, "role", "main").count())
                .isEqualTo(requests - canaries);
    }

    @Test
    void requestsWaitForTheFirstVersion(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        start(kafka, "one");
        Requests.send(kafka, 0, 10);

        // When
        load(1);

        // Then
        awaitAnswers(broker, kafka, 10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void malformedRequestsAreSetAsideWithTheReasonAndTheOthersAnswered(boolean exactlyOnce, KafkaBroker broker)
            throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        String requests = kafka.topics().requests();
        byte[] truncated = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H'};
        byte[] short783 = Requests.request("short", Arrays.copyOf(Versions.image(1), 783));
        load(1);
        start(kafka, path(kafka, "one", exactlyOnce, SOON));

        // When
        broker.produce(requests, "good", Requests.request("good", Versions.image(0)));
        broker.produce(requests, "short", short783);
        broker.produce(
                requests,
                "png",
                truncated,
                new RecordHeader("content-type", ContentTypes.PNG.getBytes(StandardCharsets.UTF_8)));
        broker.produce(requests, "empty", new byte[0]);
        broker.produce(requests, "none", null);
        broker.produce(
                requests,
                "encoded",
                ImageRecord.newBuilder()
                        .setEncoded(EncodedImage.newBuilder()
                                .setContentType(ContentTypes.PNG)
                                .setData(ByteString.copyFrom(truncated)))
                        .build()
                        .toByteArray());

        // Then
        awaitTotal(broker, kafka, 6, 5);
        assertThat(Requests.answers(broker, kafka))
                .extracting(Requests::parse)
                .filteredOn(answer -> !answer.hasFailure())
                .extracting(Prediction::getId)
                .containsExactly("good");
        assertThat(deadLetters(broker, kafka))
                .extracting(letter -> letter.key() + " " + Records.header(letter.headers(), Records.REASON))
                .containsExactlyInAnyOrder(
                        "short wrong-shape", "png undecodable", "empty empty", "none empty", "encoded undecodable");
        ConsumerRecord<String, byte[]> letter = deadLetters(broker, kafka).stream()
                .filter(record -> record.key().equals("short"))
                .findFirst()
                .orElseThrow();
        assertThat(letter.value()).isEqualTo(short783);
        assertThat(Records.header(letter.headers(), Records.SOURCE_TOPIC)).isEqualTo(requests);
        assertThat(Records.header(letter.headers(), Records.DETAIL)).contains("783 bytes");
        assertThat(Meters.SERVER_DEAD_LETTERS
                        .counter(registry, "reason", "undecodable")
                        .count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void malformedRequestsAreAnsweredWithTheReason(boolean exactlyOnce, KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        byte[] short783 = Requests.request("short", Arrays.copyOf(Versions.image(1), 783));
        load(3);
        Requests.send(kafka, 0, 10);
        Requests.sendTo(kafka, 1, "key", short783);
        Requests.sendTo(kafka, 1, null, short783);
        Requests.sendTo(kafka, 0, "garbage", new byte[] {1, 2, 3});
        Requests.sendTo(kafka, 0, null, new byte[] {1, 2, 3});

        // When
        start(kafka, path(kafka, "one", exactlyOnce, SOON));

        // Then
        awaitTotal(broker, kafka, 14, 4);
        List<ConsumerRecord<String, byte[]>> failures = Requests.answers(broker, kafka).stream()
                .filter(record -> Requests.parse(record).hasFailure())
                .toList();
        assertThat(failures)
                .extracting(record -> record.partition() + " " + record.key() + " "
                        + Requests.parse(record).getId() + " "
                        + Requests.parse(record).getFailure().getReason())
                .containsExactlyInAnyOrder(
                        "1 key short wrong-shape",
                        "1 short short wrong-shape",
                        "0 garbage garbage undecodable",
                        "0 " + kafka.topics().requests() + "-0@6 "
                                + kafka.topics().requests() + "-0@6 undecodable");
        assertThat(failures).allSatisfy(record -> {
            Prediction answer = Requests.parse(record);
            assertThat(answer.getModelVersion()).isEqualTo(3);
            assertThat(answer.getProbabilitiesList()).isEmpty();
        });
        assertThat(Requests.parse(failures.get(0)).getFailure().getDetail()).isNotEmpty();
        assertThat(Meters.SERVER_PREDICTIONS.counter(registry, "path", "kafka").count())
                .isEqualTo(10);
    }

    @Test
    void aMalformedRequestWithAKeyTooLongForAnAnswerIsOnlySetAside(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        String key = "k".repeat(1_048_000);
        load(1);
        start(kafka, "one");

        // When
        Requests.sendTo(kafka, 0, key, new byte[] {1});
        Requests.send(kafka, 0, 10);

        // Then
        awaitAnswers(broker, kafka, 10);
        assertThat(deadLetters(broker, kafka)).extracting(ConsumerRecord::key).containsExactly(key);
    }

    @Test
    void aMalformedRequestAsLargeAsTheBrokerTakesItIsSetAside(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        byte[] largest = new byte[1_048_400];
        new Random(1).nextBytes(largest);
        load(1);
        start(kafka, "one");

        // When
        broker.produce(kafka.topics().requests(), "large", largest);

        // Then
        await().atMost(LONG).until(() -> deadLetters(broker, kafka).size() == 1);
        assertThat(deadLetters(broker, kafka).get(0).value()).isEqualTo(largest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void instancesThatComeAndGoAnswerEveryRequestOnce(String groupProtocol, KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker, Map.of("group.protocol", groupProtocol));
        KafkaSettings clients = KafkaSettings.of(broker.bootstrapServers(), kafka.topics());
        load(1);
        KafkaScorer first = start(kafka, "one");

        // When
        Requests.send(clients, 0, 2_000);
        start(kafka, "two");
        Requests.send(clients, 2_000, 4_000);
        first.close();
        Requests.send(clients, 4_000, 6_000);

        // Then
        awaitAnswers(broker, clients, 6_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aStaticMemberKeepsItsPartitionsWhileItRestarts(String groupProtocol, KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka =
                Cluster.withTopics(broker, Map.of("group.protocol", groupProtocol, "group.instance.id", "server-1"));
        KafkaSettings clients = KafkaSettings.of(broker.bootstrapServers(), kafka.topics());
        KafkaPath path = path(kafka, "one", true, SOON);
        load(1);
        KafkaScorer first = start(kafka, path);
        Requests.send(clients, 0, 100);
        awaitAnswers(broker, clients, 100);
        List<MemberDescription> before = members(clients, path.groupId());

        // When
        first.close();

        // Then
        assertThat(members(clients, path.groupId()))
                .extracting(member -> member.groupInstanceId().orElse(""), MemberDescription::assignment)
                .containsExactly(tuple("server-1", before.get(0).assignment()));
        assertThat(before.get(0).assignment().topicPartitions()).hasSize(2);

        // When
        start(kafka, path);
        Requests.send(clients, 100, 200);

        // Then
        awaitAnswers(broker, clients, 200);
    }

    @Test
    void startsOverFromTheCommittedOffsetsWhenItIsFenced(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        load(1);
        start(kafka, "fenced");
        Requests.send(kafka, 0, 100);
        awaitAnswers(broker, kafka, 100);

        // When
        fence(kafka, "fenced");
        Requests.send(kafka, 100, 1_100);

        // Then
        awaitAnswers(broker, kafka, 1_100);
    }

    @Test
    void atLeastOnceAFailureBetweenAnswersAndCommitRepeatsAnswersAndLosesNone(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        load(1);
        Requests.send(kafka, 0, 1_000);
        broker.produce(kafka.topics().requests(), "malformed", new byte[] {1});
        KafkaPath path = path(kafka, "one", false, NEVER);
        KafkaScorer scorer = start(kafka, path);
        awaitTotal(broker, kafka, 1_001, 1);

        // When
        evictAll(kafka, path.groupId());

        // Then
        awaitTotal(broker, kafka, 2_002, 2);
        assertThat(answersById(broker, kafka)).hasSize(1_001).allSatisfy((id, times) -> assertThat(times)
                .isEqualTo(2L));
        assertThat(Meters.SERVER_PREDICTIONS.counter(registry, "path", "kafka").count())
                .isZero();

        // When
        scorer.close();
        start(kafka, path(kafka, "two", false, SOON));
        Requests.send(kafka, 1_000, 1_100);

        // Then
        awaitTotal(broker, kafka, 2_102, 2);
        assertThat(answersById(broker, kafka)).hasSize(1_101);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void requestsWhoseAnswersTheBrokerRefusesAreAnsweredLater(boolean exactlyOnce, KafkaBroker broker)
            throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        load(1);
        Requests.send(kafka, 0, 10);
        setLargestAnswer(kafka, OpType.SET);
        KafkaScorer refused = start(kafka, path(kafka, "one", exactlyOnce, SOON));
        await().atMost(LONG).until(() -> !failures.isEmpty());
        assertThat(failures.remove()).hasStackTraceContaining(RecordTooLargeException.class.getName());
        refused.close();
        assertThat(Requests.answers(broker, kafka)).isEmpty();

        // When
        setLargestAnswer(kafka, OpType.DELETE);
        start(kafka, path(kafka, "two", exactlyOnce, SOON));

        // Then
        awaitAnswers(broker, kafka, 10);
    }

    @Test
    void atLeastOnceInstancesThatComeAndGoAnswerEveryRequest(KafkaBroker broker) throws Exception {
        // Given
        KafkaSettings kafka = Cluster.withTopics(broker);
        load(1);
        KafkaScorer first = start(kafka, path(kafka, "one", false, SOON));

        // When
        Requests.send(kafka, 0, 2_000);
        start(kafka, path(kafka, "two", false, SOON));
        Requests.send(kafka, 2_000, 4_000);
        first.close();
        Requests.send(kafka, 4_000, 6_000);

        // Then
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(250))
                .untilAsserted(() -> assertThat(answersById(broker, kafka)).hasSize(6_000));
    }

    @Test
    void topicsThatAreNotCopartitionedAreAFailure(KafkaBroker broker) throws Exception {
        // Given
        String prefix = broker.uniqueTopicPrefix();
        broker.createTopic(prefix + "predictions", 1);
        broker.createTopic(prefix + "requests", 2);
        KafkaSettings crooked = KafkaSettings.of(broker.bootstrapServers(), new Topics(prefix, 1, (short) 1));
        load(1);

        // When
        start(crooked, "one");
        Requests.send(crooked, 0, 2);

        // Then
        await().atMost(LONG).until(() -> !failures.isEmpty());
        assertThat(failures.remove()).hasMessageContaining("has 1 partitions where at least 2 are needed");
    }

    private KafkaScorer start(KafkaSettings kafka, String instance) {
        return start(kafka, path(kafka, instance, true, SOON));
    }

    private static KafkaPath path(KafkaSettings kafka, String instance, boolean exactlyOnce, Duration commitInterval) {
        String prefix = kafka.topics().prefix();
        return new KafkaPath(prefix + "scorers", prefix + instance, exactlyOnce, commitInterval, 500);
    }

    private KafkaScorer start(KafkaSettings kafka, KafkaPath path) {
        KafkaScorer scorer = KafkaScorer.start(served, kafka, path, registry, Clock.systemUTC(), failures::add);
        started.push(scorer);
        return scorer;
    }

    /** Lets the topic take nothing that is as large as an answer, only the ends of transactions; or again all. */
    private static void setLargestAnswer(KafkaSettings kafka, OpType operation) throws Exception {
        ConfigResource predictions =
                new ConfigResource(ConfigResource.Type.TOPIC, kafka.topics().predictions());
        AlterConfigOp largest = new AlterConfigOp(new ConfigEntry("max.message.bytes", "120"), operation);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(predictions, List.of(largest)))
                    .all()
                    .get();
        }
    }

    private static List<MemberDescription> members(KafkaSettings kafka, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
                    .flatMap(description -> description.members().stream())
                    .toList();
        }
    }

    /** Takes the partitions from the members, who have not committed and join again. */
    private static void evictAll(KafkaSettings kafka, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
        }
    }

    /** Another process under the same transactional id, as after a pause that was taken for a crash. */
    private static void fence(KafkaSettings kafka, String instance) {
        Properties settings = kafka.forClient(
                "intruder",
                Map.of("transactional.id", "freshet-server-" + kafka.topics().prefix() + instance));
        try (KafkaProducer<byte[], byte[]> intruder =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            intruder.initTransactions();
        }
    }

    private void awaitAnswers(KafkaBroker broker, KafkaSettings kafka, int requests) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> Requests.answers(broker, kafka).size() >= requests || !failures.isEmpty());
        List<String> ids = Requests.answers(broker, kafka).stream()
                .map(record -> Requests.parse(record).getId())
                .toList();
        assertThat(ids)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, requests).mapToObj(i -> "r" + i).toList());
    }

    private void awaitTotal(KafkaBroker broker, KafkaSettings kafka, int answers, int letters) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(250)).untilAsserted(() -> {
            assertThat(failures).isEmpty();
            assertThat(Requests.answers(broker, kafka)).hasSize(answers);
            assertThat(deadLetters(broker, kafka)).hasSize(letters);
        });
    }

    private static Map<String, Long> answersById(KafkaBroker broker, KafkaSettings kafka) {
        return Requests.answers(broker, kafka).stream()
                .collect(Collectors.groupingBy(record -> Requests.parse(record).getId(), Collectors.counting()));
    }

    private static List<ConsumerRecord<String, byte[]>> deadLetters(KafkaBroker broker, KafkaSettings kafka) {
        return broker.consumeAll(kafka.topics().requestsDeadLetters(), Duration.ofSeconds(20));
    }

    private void load(long version) {
        Versions.serve(served, engine, Versions.version(version));
    }
}
