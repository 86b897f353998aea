package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.drift.DetectorSpec;
import dev.freshet.core.drift.DriftConfig;
import dev.freshet.core.drift.Reaction;
import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.Schedule;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.testkit.Blobs;
import dev.freshet.testkit.KafkaBroker;
import dev.freshet.testkit.KafkaBrokerExtension;
import dev.freshet.trainer.Epochs.Challenge;
import dev.freshet.trainer.ImagesTopic.Fate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a trainer makes of the records that are in its topic, several times over. */
@ExtendWith(KafkaBrokerExtension.class)
@Timeout(60)
class EpochRunIT {
    private static final DriftConfig DRIFT = new DriftConfig(DetectorSpec.AdwinSpec.DEFAULT, new Reaction.None());
    private static final ModelSpec SPEC = new ModelSpec(
            InputSpec.point(4), List.of(new LayerSpec(16, Activation.RELU)), ModelSpec.numbered(ImagesTopic.CLASSES));
    private static final Gate ANY_BETTER = new Gate(0, 1);

    private final KafkaBroker broker;
    private final Blobs blobs = new Blobs(ImagesTopic.CLASSES, 4, 5);

    EpochRunIT(KafkaBroker broker) {
        this.broker = broker;
    }

    @Test
    void learnsWhatIsInTheTopicInEveryEpochAndAsksTheGateAfterEach() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 3)) {
            // Given
            images.write(blobs, 500);
            images.writeMalformed(new byte[] {1}, "text/plain", null);
            images.write(blobs, 200);
            long toLearn = images.count(Fate.TRAINED);

            // When
            TrainerStatus status = run(images, config("m", new Epochs(4, true, Challenge.EACH_EPOCH, 0), 0.01));

            // Then
            assertThat(status.records()).isEqualTo(701);
            assertThat(status.trained()).isEqualTo(toLearn);
            assertThat(status.examples()).isEqualTo(4 * toLearn);
            assertThat(status.heldOut()).isEqualTo(images.count(Fate.HELD_OUT));
            assertThat(status.steps()).isEqualTo(4 * ((toLearn + 15) / 16));
            assertThat(status.epochs()).extracting(EpochFigures::epoch).containsExactly(1, 2, 3, 4);
            assertThat(status.epochs()).allSatisfy(epoch -> {
                assertThat(epoch.training().examples()).isEqualTo(toLearn);
                assertThat(requireNonNull(epoch.validation()).examples()).isEqualTo(images.count(Fate.HELD_OUT));
            });
            assertThat(status.epochs().get(3).training().loss())
                    .isLessThan(status.epochs().get(0).training().loss());
            assertThat(images.decisions())
                    .extracting(Decision::examples)
                    .containsExactly(toLearn, 2 * toLearn, 3 * toLearn, 4 * toLearn);
            assertThat(images.manifests()).isNotEmpty().allSatisfy(manifest -> {
                assertThat(images.trainedBefore(manifest)).isEqualTo(toLearn);
                assertThat(manifest.examples()).isEqualTo(requireNonNull(manifest.epoch()) * toLearn);
            });
            assertThat(images.deadLetters()).hasSize(1);
        }
    }

    @Test
    void learnsTheSameBitsHoweverTheRecordsArrive() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 3)) {
            // Given
            images.write(blobs, 600);
            Epochs epochs = new Epochs(2, true, Challenge.LAST_EPOCH, 0);

            // When: fetches of one record at a time return the partitions in another order than large ones
            run(images, config("large", epochs, 0.01));
            Trainer small = new Trainer(
                    config("small", epochs, 0.01),
                    SPEC,
                    images.kafka("max.partition.fetch.bytes", "1"),
                    new CpuEngine(),
                    new SimpleMeterRegistry(),
                    Clock.systemUTC());
            small.run();

            // Then
            assertThat(images.manifests()).extracting(Manifest::model).containsExactly("large", "small");
            assertThat(images.manifests().stream().map(Manifest::sha256).distinct())
                    .hasSize(1);
        }
    }

    @Test
    void goesOnInTheEpochAfterThatOfTheNewestVersionWithTheSameResult() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 2)) {
            // Given
            images.write(blobs, 600);
            run(images, config("whole", new Epochs(5, true, Challenge.EACH_EPOCH, 0), 0.02));

            // When
            run(images, config("parts", new Epochs(2, true, Challenge.EACH_EPOCH, 0), 0.02));
            TrainerStatus second = run(images, config("parts", new Epochs(5, true, Challenge.EACH_EPOCH, 0), 0.02));
            TrainerStatus third = run(images, config("parts", new Epochs(5, true, Challenge.EACH_EPOCH, 0), 0.02));

            // Then
            assertThat(second.epochs()).extracting(EpochFigures::epoch).containsExactly(3, 4, 5);
            assertThat(third.epochs()).isEmpty();
            assertThat(hashes(images, "parts")).hasSize(5).isEqualTo(hashes(images, "whole"));
        }
    }

    @Test
    void asksTheGateOnceWhereNothingMayBeChosen() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given
            images.write(blobs, 300);

            // When
            TrainerStatus status = run(images, config("m", new Epochs(3, true, Challenge.LAST_EPOCH, 0), 0.01));

            // Then
            assertThat(images.decisions()).hasSize(1);
            assertThat(status.epochs())
                    .extracting(EpochFigures::publishedVersion)
                    .containsExactly(null, null, 1L);
            assertThat(status.epochs()).extracting(EpochFigures::validation).doesNotContainNull();
        }
    }

    @Test
    void stopsEarlyWhenTheValidationLossNoLongerFalls() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 1)) {
            // Given: a learning rate that makes the weights jump about
            images.write(blobs, 300);

            // When
            TrainerStatus status = run(images, config("m", new Epochs(500, true, Challenge.EACH_EPOCH, 3), 8));

            // Then
            List<Double> losses = status.epochs().stream()
                    .map(epoch -> requireNonNull(epoch.validation()).loss())
                    .toList();
            int best = IntStream.range(0, losses.size())
                    .boxed()
                    .min(Comparator.comparing(losses::get))
                    .orElseThrow();
            assertThat(losses).hasSize(best + 1 + 3);
        }
    }

    @Test
    void deadLettersTheRecordsOfAStepThatIsNotFiniteOnceAndLearnsTheOthers() throws InterruptedException {
        try (ImagesTopic images = new ImagesTopic(broker, 2)) {
            // Given
            images.write(blobs, 200);
            images.writeTrained(new float[] {3e38f, 3e38f, 3e38f, 3e38f}, 1);
            images.write(blobs, 200);

            // When
            TrainerStatus status = run(images, config("m", new Epochs(3, true, Challenge.EACH_EPOCH, 0), 0.01));

            // Then
            List<ConsumerRecord<String, byte[]>> letters = images.deadLetters();
            assertThat(letters).hasSize(16);
            assertThat(letters)
                    .extracting(letter -> ImagesTopic.header(letter, Records.REASON))
                    .containsOnly("non-finite-step");
            assertThat(letters).extracting(this::origin).doesNotHaveDuplicates();
            byte[] poisoned = ImagesTopic.record("t200", new float[] {3e38f, 3e38f, 3e38f, 3e38f}, 1);
            assertThat(letters.stream().map(letter -> new String(letter.value(), StandardCharsets.ISO_8859_1)))
                    .anyMatch(value -> value.endsWith(
                            new String(poisoned, StandardCharsets.ISO_8859_1).substring(poisoned.length - 16)));
            assertThat(status.trained()).isEqualTo(images.count(Fate.TRAINED) - 16);
            assertThat(status.examples()).isEqualTo(3 * status.trained());
            Evaluation published = requireNonNull(status.published());
            assertThat(published.loss()).isFinite();
        }
    }

    private String origin(ConsumerRecord<String, byte[]> letter) {
        return ImagesTopic.header(letter, Records.SOURCE_PARTITION) + "@"
                + ImagesTopic.header(letter, Records.SOURCE_OFFSET);
    }

    private static List<String> hashes(ImagesTopic images, String model) {
        List<String> hashes = new ArrayList<>();
        for (Manifest manifest : images.manifests()) {
            if (manifest.model().equals(model)) {
                hashes.add(manifest.sha256());
            }
        }
        return hashes;
    }

    private static TrainerStatus run(ImagesTopic images, TrainerConfig config) throws InterruptedException {
        Trainer trainer = new Trainer(
                config, SPEC, images.kafka(), new CpuEngine(), new SimpleMeterRegistry(), Clock.systemUTC());
        trainer.run();
        return trainer.status();
    }

    private static TrainerConfig config(String model, Epochs epochs, double learningRate) {
        return new TrainerConfig(
                model,
                16,
                TrainingSpec.of(new OptimizerSpec.Sgd(learningRate), 1),
                new Schedule.Constant(),
                epochs,
                ImagesTopic.HOLD_OUT,
                1_000,
                64,
                ANY_BETTER,
                200,
                0.999,
                Duration.ZERO,
                Recovery.DEFAULT,
                ReplaySpec.NONE,
                DRIFT);
    }
}
