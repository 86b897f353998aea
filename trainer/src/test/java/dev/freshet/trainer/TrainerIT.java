package dev.freshet.trainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.freshet.core.drift.DetectorSpec;
import dev.freshet.core.drift.DriftConfig;
import dev.freshet.core.drift.Reaction;
import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.Decision.Outcome;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.Schedule;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.protocol.v1.ImageRecord;
import dev.freshet.protocol.v1.Tensor;
import dev.freshet.protocol.v1.Tensor.DType;
import dev.freshet.testkit.Blobs;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import dev.freshet.testkit.MovableClock;
import dev.freshet.trainer.ImagesTopic.Fate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaBrokerExtension.class)
@Timeout(60)
class TrainerIT {
    private static final DriftConfig DRIFT = new DriftConfig(DetectorSpec.AdwinSpec.DEFAULT, new Reaction.None());
    private static final int MINI_BATCH = 16;
    private static final int INTERVAL = 64;
    /** Far enough apart that a test publishes few versions, each of which costs time. */
    private static final double MARGIN = 0.1;

    private static final Gate BETTER = new Gate(MARGIN, 10);
    private static final Gate NEVER = new Gate(100, 10);
    private static final Recovery RECOVERY = new Recovery(Duration.ofHours(1), 3, 0, 5, 0.5);
    private static final ModelSpec SPEC = spec(InputSpec.point(4), 16);

    private final KafkaBroker broker;
    private final Engine engine = new CpuEngine();
    private final Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);

    TrainerIT(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void learnsAndPublishesVersionsThatSayExactlyWhatTheyHaveLearned() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 2)) {
            // Given
            images.write(blobs, 1_000);
            images.writeMalformed("x".getBytes(UTF_8), "text/plain", null);
            images.write(blobs, 999);

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(status.records()).isEqualTo(2_000);
            assertThat(status.trained()).isEqualTo(images.count(Fate.TRAINED));
            assertThat(status.heldOut()).isEqualTo(images.count(Fate.HELD_OUT));
            assertThat(status.deadLettered()).isEqualTo(1);
            assertThat(status.steps()).isEqualTo((status.trained() + MINI_BATCH - 1) / MINI_BATCH);
            assertThat(requireNonNull(status.published()).accuracy()).isGreaterThan(0.95);
            assertThat(requireNonNull(status.prequential()).accuracy()).isGreaterThan(0.95);
            List<Manifest> manifests = images.manifests();
            assertThat(manifests).hasSizeGreaterThan(3).allSatisfy(manifest -> {
                assertThat(manifest.engine()).isEqualTo("cpu");
                assertThat(manifest.device()).isEqualTo("cpu");
            });
            assertThat(status.version()).isEqualTo(status.versionsPublished()).isEqualTo(manifests.size());
            assertLineage(images, manifests);
            assertDecisions(images, manifests, status);
        }
    }

    @Test
    void sendsRecordsItCannotUseToTheDeadLettersAndGoesOn() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            ModelSpec spec = spec(InputSpec.image(1, 2, 2), 8);
            byte[] truncatedPng = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H'};
            // As large as the broker takes; with the headers of a dead letter it is larger.
            byte[] large = new byte[(1 << 20) - 200];
            List<byte @Nullable []> values = new ArrayList<>();
            values.add(image(3, 1));
            values.add(image(4, 3));
            values.add(truncatedPng);
            values.add(new byte[0]);
            values.add(null);
            values.add(large);
            images.writeMalformed(values.get(0), "application/x-protobuf", null);
            images.writeMalformed(values.get(1), "application/x-protobuf", null);
            images.writeMalformed(values.get(2), "image/png", "1");
            images.writeMalformed(values.get(3), "application/x-protobuf", "1");
            images.writeMalformed(values.get(4), "application/x-protobuf", "1");
            images.writeMalformed(values.get(5), "text/plain", null);
            images.writeTrained(new float[] {0}, 0);
            images.flush();

            // When
            TrainerStatus status = finish(trainer(images, spec, BETTER, Clock.systemUTC()));

            // Then
            List<ConsumerRecord<String, byte[]>> letters = images.deadLetters();
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.REASON))
                    .containsExactly(
                            "wrong-shape",
                            "label-out-of-range",
                            "undecodable",
                            "empty",
                            "empty",
                            "unsupported-content-type",
                            "wrong-shape");
            assertThat(letters.subList(0, 6)).extracting(ConsumerRecord::value).containsExactlyElementsOf(values);
            assertThat(letters.subList(0, 6))
                    .extracting(ConsumerRecord::key)
                    .containsExactly("key0", "key1", "key2", "key3", "key4", "key5");
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.SOURCE_OFFSET))
                    .containsExactly("0", "1", "2", "3", "4", "5", "6");
            assertThat(letters).allSatisfy(letter -> {
                assertThat(ImagesTopic.header(letter, Records.SOURCE_TOPIC))
                        .isEqualTo(images.topics().images());
                assertThat(ImagesTopic.header(letter, Records.SOURCE_PARTITION)).isEqualTo("0");
                assertThat(ImagesTopic.header(letter, Records.DETAIL)).isNotBlank();
            });
            assertThat(ImagesTopic.header(letters.get(2), Records.CONTENT_TYPE)).isEqualTo("image/png");
            assertThat(status.deadLettered()).isEqualTo(7);
        }
    }

    @Test
    void goesOnFromTheNewestVersionAtItsOffsets() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            images.writeMalformed(new byte[0], "image/png", "1");
            finish(trainer(images, BETTER));
            List<Manifest> before = images.manifests();
            Manifest last = before.get(before.size() - 1);
            images.write(blobs, 300);
            images.writeMalformed(new byte[0], "image/png", "1");

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            List<Manifest> all = images.manifests();
            assertThat(all).hasSizeGreaterThan(before.size());
            Manifest first = all.get(before.size());
            assertThat(first.version()).isEqualTo(last.version() + 1);
            assertThat(first.parentVersion()).isEqualTo(last.version());
            assertThat(first.learnedFrom()).isEqualTo(last.learnedTo());
            assertLineage(images, all);
            assertThat(status.records()).isEqualTo(301);
            assertThat(images.deadLetterOffsets()).containsExactly(300L, 601L);
        }
    }

    @Test
    void learnsNothingTwiceThoughItIsInNoVersion() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            finish(trainer(images, BETTER));
            long version = images.manifests().size();
            images.write(blobs, 300);
            TrainerStatus refused = finish(trainer(images, NEVER));
            images.write(blobs, 1);

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(refused.version()).isEqualTo(version);
            assertThat(refused.records()).isEqualTo(300);
            assertThat(status.records()).isEqualTo(1);
            assertLineage(images, images.manifests());
            assertThat(images.newestCheckpoint().examples()).isEqualTo(images.count(Fate.TRAINED));
        }
    }

    @Test
    void learnsAgainWhatIsBehindTheCheckpointButRepeatsNoDeadLetter() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given: a trainer that has committed three dead letters and written no checkpoint
            for (int i = 0; i < 3; i++) {
                images.write(blobs, 100);
                images.writeMalformed(new byte[0], "image/png", "1");
            }
            images.flush();
            RunningTrainer running = RunningTrainer.start(trainer(images, NEVER));
            await().until(() -> images.deadLetters().size() == 3);
            running.interrupt();

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(status.records()).isEqualTo(303);
            assertLineage(images, images.manifests());
            assertThat(images.deadLetterOffsets()).containsExactly(100L, 201L, 302L);
        }
    }

    @Test
    void usesNoVersionNumberTwiceThoughTheNewestIsDamaged() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            finish(trainer(images, BETTER));
            List<Manifest> before = images.manifests();
            Manifest whole = before.get(before.size() - 1);
            long damaged = whole.version() + 1;
            byte[] chunk = images.models().stream()
                    .filter(record -> record.key().equals("m/" + whole.version() + "/0"))
                    .findAny()
                    .orElseThrow()
                    .value()
                    .clone();
            chunk[chunk.length - 1] ^= 1;
            images.writeModelPart("m/" + damaged + "/0", chunk);
            images.writeModelPart(
                    "m/" + damaged + "/manifest", SnapshotCodec.toJson(child(whole, images.size() + 1_000)));
            images.write(blobs, 300);

            // When
            finish(trainer(images, BETTER));

            // Then
            List<Manifest> after = images.manifests();
            Manifest next = after.get(before.size() + 1);
            assertThat(next.version()).isEqualTo(damaged + 1);
            assertThat(next.parentVersion()).isEqualTo(whole.version());
            assertThat(next.learnedFrom()).isEqualTo(whole.learnedTo());
            List<Manifest> lineage = new ArrayList<>(after);
            lineage.remove(before.size());
            assertThat(lineage)
                    .allSatisfy(manifest -> assertThat(manifest.examples()).isEqualTo(images.trainedBefore(manifest)));
        }
    }

    @Test
    void goesOnFromAVersionOfWhichADamagedCopyWasSentLater() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            finish(trainer(images, BETTER));
            List<ConsumerRecord<String, byte[]>> parts = images.models();
            ConsumerRecord<String, byte[]> chunk = parts.get(parts.size() - 2);
            ConsumerRecord<String, byte[]> manifest = parts.get(parts.size() - 1);
            byte[] flipped = chunk.value().clone();
            flipped[flipped.length / 2] ^= 64;
            images.writeModelPart(chunk.key(), flipped);
            images.writeModelPart(manifest.key(), manifest.value());
            int before = images.manifests().size();
            images.write(blobs, 300);

            // When
            finish(trainer(images, BETTER));

            // Then
            Manifest whole = SnapshotCodec.fromJson(manifest.value(), Manifest.class);
            Manifest next = images.manifests().get(before);
            assertThat(next.version()).isEqualTo(whole.version() + 1);
            assertThat(next.learnedFrom()).isEqualTo(whole.learnedTo());
        }
    }

    @Test
    void coversEveryOffsetOnceThoughItIsInterruptedAgainAndAgain() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 2)) {
            // Given
            images.write(blobs, 2_000);
            images.writeMalformed(new byte[0], "image/png", "1");
            for (int i = 0; i < 2; i++) {
                // Those before may have come to the end already.
                images.write(blobs, 200);
                Trainer trainer = trainer(images, BETTER);
                RunningTrainer running = RunningTrainer.start(trainer);
                await().until(() -> trainer.status().records() > 0 || running.hasEnded());
                running.interrupt();
                assertThat(running.failure()).isInstanceOf(InterruptedException.class);
            }

            // When
            finish(trainer(images, BETTER));

            // Then
            assertThat(images.manifests()).hasSizeGreaterThan(3);
            assertLineage(images, images.manifests());
            assertThat(images.deadLetterOffsets()).containsExactly(1_000L);
        }
    }

    @Test
    void answersAnInterruptWhileItWaitsForRecordsAsThreadsDo() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.writeMalformed(new byte[0], "image/png", "1");
            RunningTrainer running = RunningTrainer.start(trainer(images, BETTER));
            await().until(() -> !images.deadLetters().isEmpty());

            // When
            running.interrupt();

            // Then
            assertThat(running.failure()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void stopsWithAReasonOnceANewerTrainerHasStarted() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            MovableClock olderClock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
            MovableClock newerClock = new MovableClock(Instant.parse("2026-02-02T00:00:00Z"));
            images.write(blobs, 300);
            Trainer older = trainer(images, SPEC, BETTER, olderClock);
            RunningTrainer running = RunningTrainer.start(older);
            await().until(() -> older.status().records() > 200 && older.status().version() > 0);
            Trainer newer = trainer(images, SPEC, BETTER, newerClock);
            finish(newer);
            int before = images.models().size();
            int decisions = images.decisions().size();

            // When
            images.write(blobs, 300);
            images.writeMalformed(new byte[0], "image/png", "1");

            // Then
            assertThat(running.failure())
                    .isInstanceOf(Outbox.FencedException.class)
                    .hasMessage("another trainer of model \"m\" has started; this one has stopped writing");
            assertThat(images.models()).hasSize(before);
            assertThat(images.decisions()).hasSize(decisions);
            assertThat(images.deadLetters()).isEmpty();

            // And then
            finish(trainer(images, SPEC, BETTER, newerClock));
            List<Instant> writers =
                    images.manifests().stream().map(Manifest::createdAt).toList();
            assertThat(writers).isSorted().contains(olderClock.instant(), newerClock.instant());
            assertLineage(images, images.manifests());
        }
    }

    @Test
    void discardsAStepThatWouldRuinTheWeightsAndLearnsOn() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            images.writeTrained(new float[] {1e38f, 1e38f, 1e38f, 1e38f}, 0);
            images.writeTrained(new float[] {-1e38f, 1e38f, -1e38f, 1e38f}, 1);
            images.write(blobs, 700);
            List<Long> trained = images.offsets(Fate.TRAINED);
            int first = trained.indexOf(300L) / MINI_BATCH * MINI_BATCH;
            int last = trained.indexOf(301L) / MINI_BATCH * MINI_BATCH + MINI_BATCH;
            List<Long> poisoned = trained.subList(first, last);

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            List<ConsumerRecord<String, byte[]>> letters = images.deadLetters();
            assertThat(letters)
                    .extracting(letter -> Long.valueOf(ImagesTopic.header(letter, Records.SOURCE_OFFSET)))
                    .containsExactlyElementsOf(poisoned);
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.REASON))
                    .containsOnly("non-finite-step");
            assertThat(status.deadLettered()).isEqualTo(poisoned.size());
            assertThat(status.trained()).isEqualTo(trained.size() - poisoned.size());
            assertThat(status.records()).isEqualTo(images.size());
            assertThat(requireNonNull(status.holdOut()).accuracy()).isGreaterThan(0.95);
            List<Manifest> manifests = images.manifests();
            assertThat(manifests.get(manifests.size() - 1).learnedTo().next(0)).isGreaterThan(500);
        }
    }

    @Test
    void publishesOnThoughAHoldOutRecordOverflowsTheNetwork() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.writeHeldOut(new float[] {3e38f, 3e38f, 3e38f, 3e38f}, 0);
            images.write(blobs, 600);

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(status.records()).isEqualTo(601);
            assertThat(status.versionsPublished()).isPositive();
            assertThat(requireNonNull(status.published()).loss()).isFinite();
        }
    }

    @Test
    void losesNoRecordOfAMiniBatchThatASuccessorFindsPoisoned() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given: 10 examples of a mini-batch of 16, committed as read, and then the trainer stops
            images.writeTrained(new float[] {1e38f, 1e38f, 1e38f, 1e38f}, 0);
            images.writeTrained(new float[] {1e38f, 1e38f, 1e38f, 1e38f}, 1);
            for (int i = 0; i < 8; i++) {
                images.writeTrained(blobs.next().features(), 0);
            }
            images.writeMalformed(new byte[0], "image/png", "1");
            images.flush();
            Trainer first = trainer(images, BETTER);
            RunningTrainer running = RunningTrainer.start(first);
            await().until(() -> first.status().deadLettered() == 1);
            first.stop();
            assertThat(running.failure()).isNull();
            for (int i = 0; i < 6; i++) {
                images.writeTrained(blobs.next().features(), 0);
            }
            images.flush();

            // When
            finish(trainer(images, BETTER));

            // Then
            assertThat(images.deadLetterOffsets())
                    .containsExactly(10L, 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 11L, 12L, 13L, 14L, 15L, 16L);
        }
    }

    @Test
    void refusesToGoOnWithAnotherSpec() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);
            finish(trainer(images, BETTER));
            int before = images.models().size();

            // When
            Trainer other = trainer(images, spec(InputSpec.point(4), 17), BETTER, Clock.systemUTC());
            other.finish();

            // Then
            assertThatIllegalArgumentException()
                    .isThrownBy(other::run)
                    .withMessageContaining("of model \"m\" was made with another spec")
                    .withMessageContaining("4-16-3")
                    .withMessageContaining("4-17-3")
                    .withMessageContaining("set model.name to a new name");
            assertThat(images.models()).hasSize(before);
        }
    }

    @Test
    void finishesWithTheLastMiniBatchHoweverSmallAndAsksTheGate() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given: hold-out examples, one whole mini-batch and 3 examples more, far from the evaluation interval
            while (images.count(Fate.HELD_OUT) < 10 || images.count(Fate.TRAINED) % MINI_BATCH != 3) {
                images.write(blobs, 1);
            }
            assertThat(images.count(Fate.TRAINED)).isLessThan(INTERVAL * 2);

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(status.trained()).isEqualTo(images.count(Fate.TRAINED));
            List<Decision> decisions = images.decisions();
            Decision last = decisions.get(decisions.size() - 1);
            assertThat(last.examples()).isEqualTo(images.count(Fate.TRAINED));
            assertThat(last.candidate().examples()).isEqualTo(images.count(Fate.HELD_OUT));
        }
    }

    @Test
    void learnsNothingFromAnAbortedTransaction() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            List<LabelledRecord> records = LabelledRecord.of(blobs, 300);
            try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            images.bootstrapServers(),
                            "transactional.id",
                            images.topics().prefix() + "source"),
                    new StringSerializer(),
                    new ByteArraySerializer())) {
                producer.initTransactions();
                for (int transaction = 0; transaction < 3; transaction++) {
                    producer.beginTransaction();
                    for (LabelledRecord record : records.subList(100 * transaction, 100 * (transaction + 1))) {
                        var unused = producer.send(
                                new ProducerRecord<>(images.topics().images(), 0, null, record.value()));
                    }
                    if (transaction == 1) {
                        producer.flush();
                        producer.abortTransaction();
                    } else {
                        producer.commitTransaction();
                    }
                }
            }
            long heldOut = records.stream()
                    .filter(record -> records.indexOf(record) / 100 != 1)
                    .filter(record -> ImagesTopic.HOLD_OUT.isHeldOut(record.id()))
                    .count();

            // When
            TrainerStatus status = finish(trainer(images, BETTER));

            // Then
            assertThat(status.records()).isEqualTo(200);
            assertThat(status.heldOut()).isEqualTo(heldOut);
            // 100 records, commit marker, 100 aborted, abort marker, 100 records: the last one stands at 301.
            List<Decision> decisions = images.decisions();
            Decision last = decisions.get(decisions.size() - 1);
            assertThat(last.examples()).isEqualTo(200 - heldOut);
            assertThat(images.manifests())
                    .allSatisfy(
                            manifest -> assertThat(manifest.learnedTo().next(0)).isLessThanOrEqualTo(302));
            if (last.outcome() == Outcome.PUBLISHED) {
                assertThat(images.manifests()
                                .get(images.manifests().size() - 1)
                                .learnedTo()
                                .next(0))
                        .isEqualTo(302);
            }
        }
    }

    @Test
    void namesATopicThatDoesNotExist() {
        // Given
        KafkaSettings kafka =
                KafkaSettings.of(broker.bootstrapServers(), Topics.withPrefix(broker.uniqueTopicPrefix()));
        Trainer trainer =
                new Trainer(config(BETTER), SPEC, kafka, engine, new SimpleMeterRegistry(), Clock.systemUTC());

        // Then
        assertThatThrownBy(trainer::run)
                .isInstanceOf(UnknownTopicOrPartitionException.class)
                .hasMessage("topic " + kafka.topics().models() + " does not exist");
    }

    // ------------------------------------------------------------------------------------------------------------

    private Trainer trainer(ImagesTopic images, Gate gate) {
        return trainer(images, SPEC, gate, Clock.systemUTC());
    }

    private Trainer trainer(ImagesTopic images, ModelSpec spec, Gate gate, Clock clock) {
        return new Trainer(config(gate), spec, images.kafka(), engine, new SimpleMeterRegistry(), clock);
    }

    private static TrainerConfig config(Gate gate) {
        return new TrainerConfig(
                "m",
                MINI_BATCH,
                TrainingSpec.of(OptimizerSpec.adam(0.01), 1),
                new Schedule.Constant(),
                null,
                ImagesTopic.HOLD_OUT,
                200,
                INTERVAL,
                gate,
                200,
                0.999,
                Duration.ZERO,
                RECOVERY,
                ReplaySpec.NONE,
                DRIFT);
    }

    /** Everything that is in the topic now. */
    private static TrainerStatus finish(Trainer trainer) throws InterruptedException {
        trainer.finish();
        trainer.run();
        return trainer.status();
    }

    private static ModelSpec spec(InputSpec input, int units) {
        return new ModelSpec(
                input, List.of(new LayerSpec(units, Activation.RELU)), ModelSpec.numbered(ImagesTopic.CLASSES));
    }

    private static byte[] image(int bytes, int label) {
        return ImageRecord.newBuilder()
                .setLabel(label)
                .setTensor(Tensor.newBuilder()
                        .setDtype(DType.UINT8)
                        .addAllShape(List.of(1, 2, 2))
                        .setData(ByteString.copyFrom(new byte[bytes])))
                .build()
                .toByteArray();
    }

    private static Manifest child(Manifest parent, long learnedTo) {
        return new Manifest(
                parent.model(),
                parent.version() + 1,
                parent.version(),
                parent.spec(),
                parent.learnedTo(),
                Offsets.of(parent.learnedTo().topic(), Map.of(0, learnedTo)),
                parent.examples() + 1_000,
                parent.steps(),
                null,
                parent.candidate(),
                parent.candidate(),
                parent.engine(),
                parent.device(),
                parent.createdAt(),
                parent.taken(),
                parent.bytes(),
                parent.sha256(),
                parent.chunks());
    }

    /** Consecutive versions whose offsets join without a gap, each with as many examples as stand before its offsets. */
    private static void assertLineage(ImagesTopic images, List<Manifest> manifests) {
        Offsets learnedTo = Offsets.none(images.topics().images());
        for (int i = 0; i < manifests.size(); i++) {
            Manifest manifest = manifests.get(i);
            assertThat(manifest.version()).isEqualTo(i + 1);
            assertThat(manifest.parentVersion()).isEqualTo(i);
            assertThat(manifest.learnedFrom()).isEqualTo(learnedTo);
            assertThat(manifest.examples())
                    .as("examples of version %s", i + 1)
                    .isEqualTo(images.trainedBefore(manifest));
            learnedTo = manifest.learnedTo();
        }
    }

    /** Of a single run: one decision an interval and one at the end, each published version among them. */
    private static void assertDecisions(ImagesTopic images, List<Manifest> manifests, TrainerStatus status) {
        List<Decision> decisions = images.decisions();
        // At first, when as much has been learned again.
        List<Long> examples = new ArrayList<>(List.of(16L, 32L));
        for (long trained = INTERVAL; trained <= status.trained(); trained += INTERVAL) {
            examples.add(trained);
        }
        if (status.trained() % INTERVAL != 0) {
            examples.add(status.trained());
        }
        assertThat(decisions).extracting(Decision::examples).containsExactlyElementsOf(examples);
        long champion = 0;
        @Nullable Evaluation newest = null;
        for (Decision decision : decisions) {
            assertThat(decision.model()).isEqualTo("m");
            assertThat(decision.championVersion()).isEqualTo(champion);
            assertThat(decision.candidate().loss()).isFinite();
            if (champion > 0) {
                Evaluation opponent = requireNonNull(decision.champion());
                assertThat(opponent.examples()).isEqualTo(decision.candidate().examples());
                assertThat(decision.outcome() == Outcome.PUBLISHED)
                        .isEqualTo(opponent.loss() - decision.candidate().loss() >= MARGIN);
            }
            if (decision.outcome() == Outcome.PUBLISHED) {
                champion++;
                assertThat(decision.version()).isEqualTo(champion);
                Manifest manifest = manifests.get((int) champion - 1);
                assertThat(manifest.examples()).isEqualTo(decision.examples());
                assertThat(manifest.candidate()).isEqualTo(decision.candidate());
                assertThat(manifest.champion()).isEqualTo(decision.champion());
                newest = decision.candidate();
            } else {
                assertThat(decision.version()).isNull();
            }
        }
        assertThat(champion).isEqualTo(manifests.size());
        assertThat(newest).isEqualTo(status.published());
    }

    /** A record with the id that it carries. */
    private static final class LabelledRecord {
        private final String id;
        private final byte[] value;

        private LabelledRecord(String id, byte[] value) {
            this.id = id;
            this.value = value;
        }

        static List<LabelledRecord> of(Blobs blobs, int count) {
            List<LabelledRecord> records = new ArrayList<>();
            blobs.next(count).forEach(point -> {
                String id = "train/" + records.size();
                records.add(new LabelledRecord(id, ImagesTopic.record(id, point.features(), point.label())));
            });
            return records;
        }

        String id() {
            return id;
        }

        byte[] value() {
            return value;
        }
    }
}
