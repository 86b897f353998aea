package dev.freshet.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.config.Config;
import dev.freshet.core.drift.DetectorSpec.AdwinSpec;
import dev.freshet.core.drift.DetectorSpec.PageHinkleySpec;
import org.junit.jupiter.api.Test;

class DriftConfigTest {
    @Test
    void watchesWithAdwinAndDoesNothingByDefault() {
        // Given
        Config root = Config.empty();

        // When
        DriftConfig config = DriftConfig.from(root);

        // Then
        root.requireValid();
        assertThat(config).isEqualTo(new DriftConfig(AdwinSpec.DEFAULT, new Reaction.None()));
    }

    @Test
    void readsEverySetting() {
        assertThat(read("{detector: adwin, delta: 0.01, max-buckets: 7, check-interval: 1, reaction: rewarm,"
                        + " rewarm-factor: 5, reaction-steps: 100}"))
                .isEqualTo(new DriftConfig(new AdwinSpec(0.01, 7, 1), new Reaction.Rewarm(5, 100)));
        assertThat(read("{detector: page-hinkley, delta: 0, lambda: 25, fading: 1, min-examples: 30,"
                        + " reaction: replay, replay-share: 0.75, reaction-steps: 9}"))
                .isEqualTo(new DriftConfig(new PageHinkleySpec(0, 25, 1, 30), new Reaction.Replay(0.75, 9)));
        assertThat(read("{detector: page-hinkley, reaction: reset-optimizer}"))
                .isEqualTo(new DriftConfig(PageHinkleySpec.DEFAULT, new Reaction.ResetOptimizer()));
    }

    @Test
    void hasNoDetectorWhereNoneIsWanted() {
        assertThat(read("{detector: none}").detector().create()).isEmpty();
    }

    @Test
    void namesEveryWrongSetting() {
        // Given
        Config root = Config.parse(
                "drift: {detector: adwin, delta: 1, max-buckets: 1, check-interval: 0, lambda: 50, reaction: rewarm,"
                        + " rewarm-factor: 1, reaction-steps: 0, replay-share: 0.5}",
                "freshet.yaml");

        // When
        DriftConfig.from(root);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(root::requireValid)
                .withMessageContaining("drift.delta must be a number in (0, 1), was 1")
                .withMessageContaining("drift.max-buckets must be a whole number in [2, 1000], was 1")
                .withMessageContaining("drift.check-interval must be a whole number in [1, 1000000], was 0")
                .withMessageContaining("drift.lambda is not a setting")
                .withMessageContaining("drift.rewarm-factor must be a number in (1, 1000], was 1")
                .withMessageContaining("drift.reaction-steps must be a whole number in [1, 1000000000], was 0")
                .withMessageContaining("drift.replay-share is not a setting");
    }

    @Test
    void namesTheDetectorsAndReactionsThatThereAre() {
        // Given
        Config root = Config.parse("drift: {detector: ddm, reaction: panic}", "freshet.yaml");

        // When
        DriftConfig.from(root);

        // Then
        assertThatIllegalArgumentException()
                .isThrownBy(root::requireValid)
                .withMessageContaining("drift.detector must be one of none, adwin, page-hinkley, was \"ddm\"")
                .withMessageContaining(
                        "drift.reaction must be one of none, rewarm, replay, reset-optimizer, was \"panic\"");
    }

    private static DriftConfig read(String section) {
        Config root = Config.parse("drift: " + section, "freshet.yaml");
        DriftConfig config = DriftConfig.from(root);
        root.requireValid();
        return config;
    }
}
