package dev.freshet.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.freshet.broker.BrokerConfig;
import dev.freshet.broker.EmbeddedBroker;
import dev.freshet.core.data.Decoded;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.Topics;
import dev.freshet.ingest.drift.ScriptedDrift;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import dev.freshet.ingest.source.Values;
import dev.freshet.testkit.CifarFiles;
import dev.freshet.testkit.IdxFiles;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(KafkaBrokerExtension.class)
class IngestIT {
    private static final int IMAGES = 200;
    private static final OptionalLong NONE = OptionalLong.empty();

    private final KafkaBroker broker;
    private final KafkaSettings kafka;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path directory;

    IngestIT(KafkaBroker broker) {
        this.broker = broker;
        this.kafka = KafkaSettings.of(broker.bootstrapServers(), Topics.withPrefix(broker.uniqueTopicPrefix()));
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void everyImageArrivesAsTheFeaturesThatItHas(Encoding encoding) throws Exception {
        // Given
        ImageSource source = images();

        // When
        long acknowledged = ingest(new IngestConfig(IngestConfig.UNLIMITED, 1, NONE, NONE, encoding), source)
                .run();

        // Then
        assertThat(acknowledged).isEqualTo(IMAGES);
        Map<String, Example> examples = new HashMap<>();
        arrived(source).forEach(example -> examples.put(example.id(), example));
        assertThat(examples).hasSize(IMAGES);
        for (int i = 0; i < IMAGES; i++) {
            Example example = Objects.requireNonNull(examples.get("train/" + i));
            assertThat(example.label()).isEqualTo(source.get(i).label());
            assertThat(example.features()).hasSize(12);
            assertThat(example.features()[5]).isEqualTo((source.get(i).pixels()[5] & 0xff) / 255f);
        }
        assertThat(registry.get("freshet.ingest.records").counter().count()).isEqualTo(IMAGES);
        assertThat(registry.get("freshet.ingest.send.duration").timer().count()).isEqualTo(IMAGES);
    }

    @Test
    void everyPointArrivesAsItIs() throws Exception {
        // Given
        ImageSource circles = SourceSpec.parse("circles:2").open(Split.TRAIN);

        // When
        ingest(IngestConfig.onePass(), circles).run();

        // Then
        Map<String, Example> examples = new HashMap<>();
        arrived(circles).forEach(example -> examples.put(example.id(), example));
        assertThat(examples).hasSize(800);
        for (int i = 0; i < 800; i++) {
            LabelledImage point = circles.get(i);
            Example example = Objects.requireNonNull(examples.get("circles/2/" + i));
            assertThat(example.label()).isEqualTo(point.label());
            assertThat(example.features()).isEqualTo(((Values.Point) point.values()).values());
        }
    }

    @Test
    void everyColourImageArrivesPlaneByPlane() throws Exception {
        // Given
        CifarFiles.write(directory, 3, true);
        ImageSource cifar = SourceSpec.parse(directory.toString()).open(Split.TRAIN);

        // When
        ingest(IngestConfig.onePass(), cifar).run();

        // Then
        Map<String, Example> examples = new HashMap<>();
        arrived(cifar).forEach(example -> examples.put(example.id(), example));
        assertThat(examples).hasSize(15);
        for (int i = 0; i < 15; i++) {
            Example example = Objects.requireNonNull(examples.get("train/" + i));
            byte[] pixels = cifar.get(i).pixels();
            assertThat(example.label()).isEqualTo(cifar.get(i).label());
            assertThat(example.features()).hasSize(3072);
            for (int value = 0; value < 3072; value++) {
                assertThat(example.features()[value]).isEqualTo((pixels[value] & 0xff) / 255f);
            }
        }
    }

    @Test
    void everyEpochSendsEveryImageUnderTheSameIdInAnotherOrder() throws Exception {
        // Given
        ImageSource source = images();
        IngestConfig config = new IngestConfig(IngestConfig.UNLIMITED, 3, OptionalLong.of(7), NONE, Encoding.PROTOBUF);

        // When
        long acknowledged = ingest(config, source).run();

        // Then
        assertThat(acknowledged).isEqualTo(3 * IMAGES);
        Map<String, Integer> times = new HashMap<>();
        arrived(source).forEach(example -> times.merge(example.id(), 1, Integer::sum));
        assertThat(times)
                .hasSize(IMAGES)
                .allSatisfy((id, count) -> assertThat(count).as(id).isEqualTo(3));
        List<String> keys = keysOfOnePartition();
        int share = keys.size() / 3;
        assertThat(keys.subList(0, share))
                .isNotEqualTo(keys.subList(share, 2 * share))
                .hasSameElementsAs(keys.subList(share, 2 * share));
    }

    @Test
    void stopsAtTheLimit() throws Exception {
        // Given
        ImageSource digits = SourceSpec.parse("digits:3").open(Split.TRAIN);
        IngestConfig config =
                new IngestConfig(IngestConfig.UNLIMITED, 1, NONE, OptionalLong.of(123), Encoding.PROTOBUF);

        // When
        long acknowledged = ingest(config, digits).run();

        // Then
        assertThat(acknowledged).isEqualTo(123);
        assertThat(arrived(digits)).hasSize(123).allSatisfy(example -> assertThat(example.id())
                .startsWith("digits/3/"));
    }

    @Test
    void sendsTheStreamThatTheScriptSays() throws Exception {
        // Given
        ImageSource digits = SourceSpec.parse("digits:3").open(Split.TRAIN);
        List<ScriptedDrift> drifts =
                List.of(ScriptedDrift.parse("class-arrival:7@150"), ScriptedDrift.parse("label-swap:3,5@150"));
        IngestConfig config =
                new IngestConfig(IngestConfig.UNLIMITED, 1, NONE, OptionalLong.of(300), Encoding.PROTOBUF, drifts, 1);

        // When
        long acknowledged = ingest(config, digits).run();

        // Then: the digits are in order and without a 7 until 150 of them are sent
        List<LabelledImage> expected = new ArrayList<>();
        for (long i = 0; expected.size() < 300; i++) {
            LabelledImage digit = digits.get(i);
            boolean drifted = expected.size() >= 150;
            if (drifted || digit.label() != 7) {
                boolean swaps = drifted && (digit.label() == 3 || digit.label() == 5);
                expected.add(new LabelledImage(digit.id(), digit.pixels(), swaps ? 8 - digit.label() : digit.label()));
            }
        }
        assertThat(acknowledged).isEqualTo(300);
        Map<String, Integer> labels = new HashMap<>();
        arrived(digits).forEach(example -> labels.put(example.id(), example.label()));
        assertThat(labels).hasSize(300);
        assertThat(expected).allSatisfy(image -> assertThat(labels).containsEntry(image.id(), image.label()));
    }

    @Test
    void endsCleanlyWhenStoppedFromAnotherThread() throws Exception {
        // Given
        ImageSource digits = SourceSpec.parse("digits").open(Split.TRAIN);
        AtomicLong seen = new AtomicLong();
        IngestConfig config = new IngestConfig(200, 1, NONE, NONE, Encoding.PROTOBUF);
        Ingest ingest = new Ingest(config, kafka, digits, registry, recordingTo(seen), Clock.systemUTC());
        CompletableFuture<Long> running = inBackground(ingest);
        await().until(() -> seen.get() > 10);

        // When
        ingest.stop();

        // Then
        await().until(running::isDone);
        assertThat(arrived(digits)).hasSize(Math.toIntExact(running.join()));
        assertThat(seen).hasValue(running.join());
    }

    @Test
    void doesNothingWhenStoppedBeforeItRuns() throws Exception {
        // Given
        Ingest ingest = ingest(IngestConfig.onePass(), images());
        ingest.stop();

        // When
        long acknowledged = ingest.run();

        // Then
        assertThat(acknowledged).isZero();
    }

    @Test
    void failsWithTheCauseAndTheCountWhenTheBrokerRefusesARecord() throws Exception {
        // Given: room for the small images but not for the large one, each in a batch of its own
        broker.createTopic(kafka.topics().images(), 1, Map.of("max.message.bytes", "2000"));
        byte[][] images = {new byte[4096], new byte[4096]};
        new Random(1).nextBytes(images[1]);
        IdxFiles.write(directory, "train", images, 64, 64, new byte[] {0, 1}, false);
        Ingest ingest = new Ingest(
                IngestConfig.onePass(),
                with("batch.size", "1"),
                SourceSpec.parse("idx:" + directory).open(Split.TRAIN),
                registry,
                Progress.silent(),
                Clock.systemUTC());

        // When / Then
        assertThatExceptionOfType(DeliveryException.class)
                .isThrownBy(ingest::run)
                .withCauseInstanceOf(RecordTooLargeException.class)
                .satisfies(e -> assertThat(e.acknowledged()).isEqualTo(1));
    }

    @Test
    void givesUpOnABrokerThatStaysAwayLongerThanTheDeliveryTimeout() throws Exception {
        // Given
        KafkaSettings nobody = new KafkaSettings(
                Map.of("bootstrap.servers", "localhost:1", "delivery.timeout.ms", "1000"), kafka.topics());
        Ingest ingest =
                new Ingest(IngestConfig.onePass(), nobody, images(), registry, Progress.silent(), Clock.systemUTC());

        // When / Then
        assertThatExceptionOfType(KafkaException.class).isThrownBy(ingest::run);
    }

    @Test
    void losesAndDoublesNothingWhenTheBrokerIsAwayForAWhile() throws Exception {
        // Given
        int port;
        try (EmbeddedBroker before = new EmbeddedBroker(BrokerConfig.local(directory))) {
            before.start();
            port = Integer.parseInt(before.bootstrapServers().split(":", 2)[1]);
        }
        KafkaSettings away = KafkaSettings.of("localhost:" + port, Topics.withPrefix("away."));
        ImageSource digits = SourceSpec.parse("digits").open(Split.TRAIN);
        AtomicLong seen = new AtomicLong();
        IngestConfig config = new IngestConfig(500, 1, NONE, NONE, Encoding.PROTOBUF);
        Ingest ingest = new Ingest(config, away, digits, registry, recordingTo(seen), Clock.systemUTC());

        // When: it starts before the broker does, which then goes away in the middle
        CompletableFuture<Long> running = inBackground(ingest);
        try (EmbeddedBroker first = new EmbeddedBroker(new BrokerConfig(directory, port, "localhost"))) {
            first.start();
            await().until(() -> seen.get() > 100);
        }
        try (EmbeddedBroker second = new EmbeddedBroker(new BrokerConfig(directory, port, "localhost"))) {
            second.start();
            long seenBefore = seen.get();
            await().until(() -> seen.get() > seenBefore + 100);
            ingest.stop();

            // Then
            await().until(running::isDone);
            assertThat(recordsIn(away)).isEqualTo(running.join());
        }
    }

    private static long recordsIn(KafkaSettings kafka) throws Exception {
        String topic = kafka.topics().images();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < kafka.topics().partitions(); partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        try (Admin admin = Admin.create(kafka.forClient("test", Map.of()))) {
            return admin.listOffsets(ends).all().get().values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private ImageSource images() throws IOException {
        byte[][] images = new byte[IMAGES][12];
        byte[] labels = new byte[IMAGES];
        Random random = new Random(1);
        for (int i = 0; i < IMAGES; i++) {
            random.nextBytes(images[i]);
            labels[i] = (byte) random.nextInt(5);
        }
        IdxFiles.write(directory, "train", images, 3, 4, labels, true);
        return SourceSpec.parse("idx:" + directory).open(Split.TRAIN);
    }

    private Ingest ingest(IngestConfig config, ImageSource source) {
        return new Ingest(config, kafka, source, registry, Progress.silent(), Clock.systemUTC());
    }

    private KafkaSettings with(String key, String value) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.put(key, value);
        return new KafkaSettings(client, kafka.topics());
    }

    private static CompletableFuture<Long> inBackground(Ingest ingest) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ingest.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Progress recordingTo(AtomicLong seen) {
        return new Progress() {
            @Override
            public void started(OptionalLong total) {}

            @Override
            public void advanced(long acknowledged) {
                seen.set(acknowledged);
            }

            @Override
            public void finished(long acknowledged) {
                seen.set(acknowledged);
            }
        };
    }

    private List<Example> arrived(ImageSource source) {
        RecordDecoder decoder =
                RecordDecoder.ofLabelled(source.input(), source.classes().size());
        List<Example> examples = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumeAll()) {
            ConsumerRecord<byte[], byte[]> raw = new ConsumerRecord<>(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key().getBytes(StandardCharsets.UTF_8),
                    record.value());
            record.headers().forEach(header -> raw.headers().add(header));
            Decoded decoded = decoder.decode(Records.raw(raw));
            assertThat(decoded).isInstanceOf(Decoded.Valid.class);
            examples.add(((Decoded.Valid) decoded).example());
        }
        return examples;
    }

    private List<String> keysOfOnePartition() {
        return consumeAll().stream()
                .filter(record -> record.partition() == 0)
                .map(ConsumerRecord::key)
                .toList();
    }

    private List<ConsumerRecord<String, byte[]>> consumeAll() {
        return broker.consumeAll(kafka.topics().images(), Duration.ofSeconds(30));
    }
}
