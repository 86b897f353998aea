package dev.freshet.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.InvalidConfigurationException;
import dev.freshet.core.drift.DetectorSpec;
import dev.freshet.core.drift.DriftConfig;
import dev.freshet.core.drift.Reaction;
import dev.freshet.core.evaluation.Gate;
import dev.freshet.core.evaluation.HoldOut;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.Schedule;
import dev.freshet.core.training.TrainingSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerConfigTest {
    private static final DriftConfig DRIFT = new DriftConfig(DetectorSpec.AdwinSpec.DEFAULT, new Reaction.None());
    private static final TrainerConfig DEFAULTS = new TrainerConfig(
            "default",
            64,
            TrainingSpec.of(OptimizerSpec.adam(0.002), 1),
            new Schedule.Constant(),
            null,
            new HoldOut(0.1),
            2_000,
            20_000,
            new Gate(0.001, 100),
            2_000,
            0.999,
            Duration.ofSeconds(1),
            Recovery.DEFAULT,
            ReplaySpec.NONE,
            DRIFT);

    @Test
    void hasADefaultForEverything() {
        // Given
        Config root = Config.empty();

        // When
        TrainerConfig config = TrainerConfig.from(root);

        // Then
        root.requireValid();
        assertThat(config).isEqualTo(DEFAULTS);
    }

    @Test
    void readsEverySetting() {
        // Given
        Config root = Config.parse("""
                model: {name: digits, classes: 3}
                trainer:
                  mini-batch-size: 16
                  optimizer: {type: sgd, learning-rate: 0.5}
                  seed: -7
                  hold-out-share: 0.25
                  hold-out-window: 50
                  min-hold-out-examples: 20
                  min-improvement: 0
                  min-confidence: 0.9
                  max-class-drop: 0.05
                  min-class-examples: 30
                  evaluation-interval: 64
                  prequential-window: 10
                  prequential-fading: 0.99
                  commit-interval: 250ms
                  checkpoint-interval: 1m
                  replayable-versions: 3
                  kept-versions: 5
                  max-discarded-steps: 7
                  return-factor: 0.25
                  replay: {share: 0.75, capacity: 500, selection: class-balanced}
                  drift: {detector: none, reaction: reset-optimizer}
                """, "test");

        // When
        TrainerConfig config = TrainerConfig.from(root);
        ModelSpec.from(root.section("model"), new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(2)));

        // Then
        assertThatCode(root::requireValid).doesNotThrowAnyException();
        assertThat(config)
                .isEqualTo(new TrainerConfig(
                        "digits",
                        16,
                        TrainingSpec.of(new OptimizerSpec.Sgd(0.5), -7),
                        new Schedule.Constant(),
                        null,
                        new HoldOut(0.25),
                        50,
                        64,
                        new Gate(0, 20, 0.9, 0.05, 30),
                        10,
                        0.99,
                        Duration.ofMillis(250),
                        new Recovery(Duration.ofMinutes(1), 3, 5, 7, 0.25),
                        new ReplaySpec(0.75, 500, ReplaySpec.Selection.CLASS_BALANCED),
                        new DriftConfig(new DetectorSpec.None(), new Reaction.ResetOptimizer())));
    }

    @Test
    void asksForNoMoreHoldOutExamplesThanASmallWindowHolds() {
        // When
        TrainerConfig config = TrainerConfig.from(Config.parse("trainer: {hold-out-window: 50}", "test"));

        // Then
        assertThat(config.gate().minExamples()).isEqualTo(50);
    }

    @Test
    void reportsSixMistakesInSixMessages() {
        // Given
        Config root = Config.parse("""
                model: {name: a/b}
                trainer:
                  mini-batch-size: 0
                  hold-out-share: 0
                  hold-out-window: 10
                  min-hold-out-examples: 11
                  optimizer: {learning-rate: -1}
                  batch: 3
                """, "test");

        // When
        TrainerConfig.from(root);

        // Then
        assertThatThrownBy(root::requireValid)
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> assertThat(e.problems())
                        .satisfiesExactlyInAnyOrder(
                                problem -> assertThat(problem)
                                        .isEqualTo("model.name must consist of letters, digits, '.', '_' and '-', "
                                                + "was \"a/b\""),
                                problem -> assertThat(problem)
                                        .isEqualTo("trainer.mini-batch-size must be a whole number in [1, 65536], "
                                                + "was 0"),
                                problem -> assertThat(problem)
                                        .isEqualTo("trainer.hold-out-share must be a number in (0, 0.9], was 0"),
                                problem -> assertThat(problem)
                                        .isEqualTo("trainer.min-hold-out-examples must be at most hold-out-window "
                                                + "(10), was 11"),
                                problem -> assertThat(problem)
                                        .isEqualTo("trainer.optimizer.learning-rate must be a number in (0, 10], "
                                                + "was -1"),
                                problem -> assertThat(problem).startsWith("trainer.batch is not a setting")));
    }

    @Test
    void cannotExistWithSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainerConfig(
                        "m",
                        0,
                        DEFAULTS.training(),
                        new Schedule.Constant(),
                        null,
                        DEFAULTS.holdOut(),
                        1,
                        1,
                        DEFAULTS.gate(),
                        1,
                        1,
                        Duration.ZERO,
                        Recovery.DEFAULT,
                        ReplaySpec.NONE,
                        DRIFT))
                .withMessage("mini-batch-size must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TrainerConfig(
                        "m",
                        1,
                        DEFAULTS.training(),
                        new Schedule.Constant(),
                        null,
                        DEFAULTS.holdOut(),
                        1,
                        1,
                        DEFAULTS.gate(),
                        1,
                        1,
                        Duration.ofMillis(-1),
                        Recovery.DEFAULT,
                        ReplaySpec.NONE,
                        DRIFT))
                .withMessageStartingWith("commit-interval must not be negative");
    }

    @Test
    void keepsVersionsForAsLongAsTheyCanBeReplayed() {
        // Given
        Config many = Config.parse("trainer: {replayable-versions: 500}", "test");
        Config all = Config.parse("trainer: {kept-versions: 0}", "test");
        Config tooFew = Config.parse("trainer: {replayable-versions: 5, kept-versions: 4}", "test");

        // When
        TrainerConfig unused = TrainerConfig.from(tooFew);

        // Then
        assertThat(TrainerConfig.from(many).recovery().keptVersions()).isEqualTo(500);
        assertThat(TrainerConfig.from(all).recovery().keptVersions()).isZero();
        tooFew.section("model");
        assertThatThrownBy(tooFew::requireValid)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("trainer.kept-versions must be 0, or at least replayable-versions (5), was 4");
    }

    @Test
    void readsABoundedRun() {
        // Given
        Config root = Config.parse("""
                trainer:
                  epochs: 50
                  shuffle: false
                  challenge: last-epoch
                  early-stopping: 4
                  hold-out-prefix: validation/
                  accumulation: 3
                  schedule: {type: cosine, warm-up: 2 epochs, minimum: 0.0001}
                """, "test");

        // When
        TrainerConfig config = TrainerConfig.from(root);

        // Then
        assertThat(config.epochs()).isEqualTo(new Epochs(50, false, Epochs.Challenge.LAST_EPOCH, 4));
        assertThat(config.holdOut()).isEqualTo(HoldOut.byPrefix("validation/"));
        assertThat(config.holdOutWindow()).isEqualTo(100_000);
        assertThat(config.gate().minExamples())
                .as("a small data set has few validation images, and no more will come")
                .isEqualTo(1);
        assertThat(config.training().accumulation()).isEqualTo(3);
        assertThat(config.schedule().spans()).extracting(Object::toString).containsExactly("2 epochs", "50 epochs");
    }

    @Test
    void refusesInAStreamWhatOnlyABoundedRunHas() {
        // Given
        Config root = Config.parse("""
                trainer:
                  shuffle: true
                  early-stopping: 4
                  hold-out-share: 0.2
                  hold-out-prefix: validation/
                  schedule: {type: step, every: 10 epochs}
                """, "test");

        // When
        TrainerConfig unused = TrainerConfig.from(root);
        root.section("model");

        // Then
        assertThatThrownBy(root::requireValid)
                .hasMessageContaining("trainer.shuffle must be left out without trainer.epochs")
                .hasMessageContaining("trainer.early-stopping must be left out without trainer.epochs")
                .hasMessageContaining("trainer.hold-out-share must be left out with hold-out-prefix")
                .hasMessageContaining("must have its lengths in steps without trainer.epochs, was 10 epochs");
    }
}
