package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.Decision.Outcome;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.testkit.Blobs;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import dev.freshet.testkit.LabelledPoint;
import dev.freshet.trainer.ImagesTopic.Fate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a trainer goes on from, and that it does the same from there as if nothing had happened. */
@ExtendWith(KafkaBrokerExtension.class)
@Timeout(120)
class RecoveryIT {
    private static final int RECORDS = 1_500;

    /** Everything that has a memory: optimizer, dropout, a schedule that listens to the gate, a mini-batch half full. */
    private static final String RESTLESS = """
            model: {name: m}
            trainer:
              mini-batch-size: 16
              optimizer: {type: adam, learning-rate: 0.01}
              schedule: {type: reduce-on-plateau, factor: 0.8, patience: 0}
              hold-out-share: 0.2
              hold-out-window: 100
              min-hold-out-examples: 10
              min-improvement: 0.05
              evaluation-interval: 64
              commit-interval: 0s
              checkpoint-interval: 0s
              replayable-versions: 100
              replay: {share: 0.5, capacity: 60, selection: class-balanced}
              drift: {reaction: rewarm, reaction-steps: 10}
            """;

    /** The same with a learning rate that does not shrink. */
    private static final String STEADY = RESTLESS.replaceAll("\\n.*schedule:.*\\n", "\n");

    private static final ModelSpec SPEC = new ModelSpec(
            InputSpec.point(4),
            List.of(new LayerSpec(16, Activation.RELU, 0, 0.2)),
            ModelSpec.numbered(ImagesTopic.CLASSES));

    private final KafkaBroker broker;

    RecoveryIT(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void endsWithTheSameWeightsToTheLastBitHoweverOftenItWasStopped() throws InterruptedException {
        try (ImagesTopic undisturbed = new ImagesTopic(broker, 1);
                ImagesTopic disturbed = new ImagesTopic(broker, 1)) {
            // Given
            write(undisturbed);
            write(disturbed);
            finish(undisturbed);

            // When
            for (int records = 90; records < RECORDS; records += 157) {
                stopOnceItHasDealtWith(disturbed, RESTLESS, records);
            }
            finish(disturbed);

            // Then
            assertThat(CheckpointText.of(disturbed.newestCheckpoint()))
                    .isEqualTo(CheckpointText.of(undisturbed.newestCheckpoint()));
            assertThat(hashes(disturbed)).isEqualTo(hashes(undisturbed)).hasSizeGreaterThan(3);
            assertThat(disturbed.decisions())
                    .extracting(Decision::outcome)
                    .contains(Outcome.DRIFT)
                    .containsExactlyElementsOf(undisturbed.decisions().stream()
                            .map(Decision::outcome)
                            .toList());
        }
    }

    /** Two classes change places half way. */
    private static void write(ImagesTopic images) {
        Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);
        images.write(blobs, RECORDS / 2);
        writeSwapped(images, blobs, RECORDS / 2);
    }

    private static void writeSwapped(ImagesTopic images, Blobs blobs, int count) {
        for (int i = 0; i < count; i++) {
            LabelledPoint point = blobs.next();
            images.write(point.features(), point.label() == 2 ? 2 : 1 - point.label());
        }
        images.flush();
    }

    private static List<String> hashes(ImagesTopic images) {
        return images.manifests().stream().map(Manifest::sha256).toList();
    }

    /** Dealt with by it and those before it. */
    private static void stopOnceItHasDealtWith(ImagesTopic images, String settings, int records)
            throws InterruptedException {
        Checkpoint before = images.findCheckpoint();
        long already = before == null ? 0 : before.position().next(0);
        Trainer trainer = trainer(images, settings, new SimpleMeterRegistry());
        RunningTrainer running = RunningTrainer.start(trainer);
        await().until(() -> running.hasEnded() || already + trainer.status().records() >= records);
        running.interrupt();
        assertThat(running.failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void learnsFromEveryRecordOnceThoughItIsStoppedBetweenPartitions() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 4)) {
            // Given
            write(images);

            // When
            for (int i = 0; i < 4; i++) {
                // Those before may have come to the end already.
                images.write(new Blobs(ImagesTopic.CLASSES, 4, i), 300);
                Trainer trainer = trainer(images);
                RunningTrainer running = RunningTrainer.start(trainer);
                await().until(() -> running.hasEnded() || trainer.status().records() >= 200);
                running.interrupt();
                assertThat(running.failure()).isInstanceOf(InterruptedException.class);
            }
            finish(images);

            // Then
            Checkpoint checkpoint = images.newestCheckpoint();
            assertThat(checkpoint.examples()).isEqualTo(images.count(Fate.TRAINED));
            List<Long> taken = new ArrayList<>(Collections.nCopies(4, 0L));
            for (Manifest manifest : images.manifests()) {
                requireNonNull(manifest.taken())
                        .runs()
                        .forEach(run -> taken.set(run.partition(), taken.get(run.partition()) + run.records()));
                for (int partition = 0; partition < 4; partition++) {
                    assertThat(taken.get(partition))
                            .isEqualTo(manifest.learnedTo().next(partition));
                }
            }
        }
    }

    @Test
    void goesBackWithASmallerLearningRateOnceTheWeightsThemselvesAreWrong() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given: poison that a step survives and the steps after it do not, and then much that is good
            images.write(new Blobs(ImagesTopic.CLASSES, 4, 5), 400);
            for (int i = 0; i < 7 * 16; i++) {
                images.writeTrained(new float[] {1e38f, -1e38f, 1e38f, Float.MAX_VALUE}, i % 3);
            }
            images.write(new Blobs(ImagesTopic.CLASSES, 4, 6), 800);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();

            // When
            Trainer trainer = trainer(images, STEADY, registry);
            trainer.finish();
            trainer.run();

            // Then
            assertThat(registry.get("freshet.trainer.returns").counter().count())
                    .isPositive();
            Checkpoint checkpoint = images.newestCheckpoint();
            double factor =
                    Double.longBitsToDouble(requireNonNull(checkpoint.memories().get("learning-rate-factor"))[0]);
            assertThat(factor).isLessThan(1);
            List<ConsumerRecord<String, byte[]>> letters = images.deadLetters();
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.REASON))
                    .containsOnly("non-finite-step");
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.SOURCE_OFFSET))
                    .doesNotHaveDuplicates();
            assertThat(checkpoint.examples() + letters.size()).isEqualTo(images.count(Fate.TRAINED));
            assertThat(requireNonNull(trainer.status().holdOut()).accuracy()).isGreaterThan(0.9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 400})
    void makesVersionsOnceMoreThoughTheTrainerWentBackOnTheWay(int goodBefore) throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 2)) {
            // Given: before the first version, or between two
            String settings = STEADY.replace("min-improvement: 0.05", "min-improvement: 0");
            images.write(new Blobs(ImagesTopic.CLASSES, 4, 5), goodBefore);
            for (int i = 0; i < 7 * 16; i++) {
                images.writeTrained(new float[] {1e38f, -1e38f, 1e38f, Float.MAX_VALUE}, i % 3);
            }
            images.write(new Blobs(ImagesTopic.CLASSES, 4, 6), 800);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            Trainer trainer = trainer(images, settings, registry);
            trainer.finish();
            trainer.run();
            List<Manifest> manifests = images.manifests();

            // When
            VersionReplay replay = new VersionReplay(config(settings), images.kafka(), new CpuEngine());
            List<String> replayed = new ArrayList<>();
            for (Manifest manifest : manifests) {
                replayed.add(replay.replay(manifest).sha256());
            }

            // Then
            assertThat(registry.get("freshet.trainer.returns").counter().count())
                    .isPositive();
            assertThat(manifests)
                    .as("one that has come past what made the trainer go back")
                    .anyMatch(manifest -> manifest.learnedFrom().next(0) <= goodBefore / 2
                            && manifest.learnedTo().next(0) >= goodBefore / 2 + 3 * 16);
            assertThat(replayed).isEqualTo(hashes(images));
        }
    }

    @Test
    void goesOnWithSmallerMiniBatchesThanTheOneThatWasUnfinished() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            write(images);
            stopOnceItHasDealtWith(images, RESTLESS.replace("mini-batch-size: 16", "mini-batch-size: 4096"), 90);
            assertThat(images.newestCheckpoint().unfinished()).hasSizeGreaterThan(16);

            // When
            finish(images, RESTLESS.replace("mini-batch-size: 16", "mini-batch-size: 8"));

            // Then
            assertThat(images.newestCheckpoint().examples()).isEqualTo(images.count(Fate.TRAINED));
        }
    }

    @Test
    void noticesThatClassesHaveChangedPlacesAndPublishesAgainWithinTenEvaluations() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);
            images.write(blobs, 2_000);
            finish(images, STEADY);
            long trained = images.newestCheckpoint().examples();
            writeSwapped(images, blobs, 2_000);

            // When
            finish(images, STEADY);

            // Then
            List<Decision> since = images.decisions().stream()
                    .filter(decision -> decision.examples() > trained)
                    .toList();
            assertThat(since).extracting(Decision::outcome).contains(Outcome.DRIFT);
            assertThat(since.stream()
                            .map(Decision::outcome)
                            .filter(outcome -> outcome != Outcome.DRIFT)
                            .limit(10))
                    .contains(Outcome.PUBLISHED);
            assertThat(since.get(since.size() - 1).candidate().accuracy()).isGreaterThan(0.9);
        }
    }

    @Test
    void makesVersionsOfFourPartitionsOnceMoreToTheLastBit() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 4)) {
            // Given: runs that end within mini-batches, with a version or without
            Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);
            for (int i = 0; i < 4; i++) {
                images.write(blobs, 333);
                finish(images);
            }
            List<Manifest> manifests = images.manifests();

            // When
            VersionReplay replay = new VersionReplay(config(RESTLESS), images.kafka(), new CpuEngine());
            List<String> replayed = new ArrayList<>();
            for (Manifest manifest : manifests) {
                replayed.add(replay.replay(manifest).sha256());
            }

            // Then
            assertThat(replayed).isEqualTo(hashes(images)).hasSizeGreaterThan(3);
        }
    }

    @Test
    void removesOldVersionsAndTheirStatesAndGoesOnFromTheNewest() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            String settings = STEADY.replace("replayable-versions: 100", "replayable-versions: 2\n  kept-versions: 3");
            Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);
            for (int i = 0; i < 2; i++) {
                // A trainer of its own each time: the second one finds what the first has left.
                images.write(blobs, 800);
                writeSwapped(images, blobs, 800);
                finish(images, settings);
            }

            // When
            List<Manifest> all = images.manifests();
            PublishedVersions published = PublishedVersions.read(images.kafka(), "m");

            // Then
            long newest = all.get(all.size() - 1).version();
            assertThat(newest).isEqualTo(all.size()).isGreaterThan(6);
            assertThat(keysThatAreLeft(images.models()))
                    .containsExactlyInAnyOrder(
                            "m/" + newest + "/0",
                            "m/" + newest + "/manifest",
                            "m/" + (newest - 1) + "/0",
                            "m/" + (newest - 1) + "/manifest",
                            "m/" + (newest - 2) + "/0",
                            "m/" + (newest - 2) + "/manifest");
            assertThat(requireNonNull(published.newest()).version()).isEqualTo(newest);
            assertThat(published.highestVersion()).isEqualTo(newest);
            assertThat(published.chunks()).containsOnlyKeys(newest, newest - 1, newest - 2);
            assertThat(Checkpoints.readAll(images.kafka(), "m").versions()).containsOnlyKeys(newest, newest - 1);
            assertThat(new VersionReplay(config(settings), images.kafka(), new CpuEngine())
                            .replay(all.get(all.size() - 1))
                            .sha256())
                    .isEqualTo(all.get(all.size() - 1).sha256());
        }
    }

    /** After compaction, if it took place now. */
    private static Set<String> keysThatAreLeft(List<ConsumerRecord<String, byte[]>> records) {
        Set<String> keys = new HashSet<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            if (record.value() == null) {
                keys.remove(record.key());
            } else {
                keys.add(record.key());
            }
        }
        return keys;
    }

    private static void finish(ImagesTopic images) throws InterruptedException {
        finish(images, RESTLESS);
    }

    private static void finish(ImagesTopic images, String settings) throws InterruptedException {
        Trainer trainer = trainer(images, settings, new SimpleMeterRegistry());
        trainer.finish();
        trainer.run();
    }

    private static Trainer trainer(ImagesTopic images) {
        return trainer(images, RESTLESS, new SimpleMeterRegistry());
    }

    private static Trainer trainer(ImagesTopic images, String settings, SimpleMeterRegistry registry) {
        // Few at a time, so that there are many points to stop at.
        return new Trainer(
                config(settings),
                SPEC,
                images.kafka("max.poll.records", "20"),
                new CpuEngine(),
                registry,
                Clock.systemUTC());
    }

    private static TrainerConfig config(String settings) {
        Config root = Config.parse(settings, "test");
        TrainerConfig config = TrainerConfig.from(root);
        root.requireValid();
        return config;
    }
}
