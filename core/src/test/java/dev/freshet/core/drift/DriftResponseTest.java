package dev.freshet.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DriftResponseTest {
    @Test
    void changesNothingBeforeTheFirstDrift() {
        for (Reaction reaction : new Reaction[] {
            new Reaction.None(),
            new Reaction.Rewarm(3, 100),
            new Reaction.Replay(0.5, 100),
            new Reaction.ResetOptimizer()
        }) {
            DriftResponse response = new DriftResponse(reaction);
            assertThat(response.learningRateFactor(0)).isEqualTo(1);
            assertThat(response.replayShare(0, 0.2)).isEqualTo(0.2);
        }
    }

    @Test
    void warmsTheLearningRateUpAndLetsItCoolDown() {
        // Given
        DriftResponse response = new DriftResponse(new Reaction.Rewarm(4, 100));

        // When
        response.drifted(1_000);

        // Then: half of the way is the root of the factor
        assertThat(response.learningRateFactor(1_000)).isEqualTo(4);
        assertThat(response.learningRateFactor(1_050)).isCloseTo(2, within(1e-12));
        assertThat(response.learningRateFactor(1_099)).isGreaterThan(1);
        assertThat(response.learningRateFactor(1_100)).isEqualTo(1);
        assertThat(response.replayShare(1_000, 0.2)).isEqualTo(0.2);
    }

    @Test
    void replaysAnotherShareForAWhile() {
        // Given
        DriftResponse response = new DriftResponse(new Reaction.Replay(0.75, 10));

        // When
        response.drifted(5);

        // Then
        assertThat(response.replayShare(5, 0.2)).isEqualTo(0.75);
        assertThat(response.replayShare(14, 0.2)).isEqualTo(0.75);
        assertThat(response.replayShare(15, 0.2)).isEqualTo(0.2);
        assertThat(response.learningRateFactor(5)).isEqualTo(1);
    }

    @Test
    void beginsAnewWithTheNextDrift() {
        // Given
        DriftResponse response = new DriftResponse(new Reaction.Rewarm(4, 100));
        response.drifted(0);

        // When
        response.drifted(50);

        // Then
        assertThat(response.learningRateFactor(50)).isEqualTo(4);
        assertThat(response.learningRateFactor(149)).isGreaterThan(1);
        assertThat(response.drifts()).isEqualTo(2);
    }

    @Test
    void onlyOneReactionResetsTheOptimizer() {
        assertThat(new Reaction.ResetOptimizer().resetsOptimizer()).isTrue();
        assertThat(new Reaction.Rewarm(3, 1).resetsOptimizer()).isFalse();
    }

    @Test
    void goesOnFromItsState() {
        // Given
        DriftResponse uninterrupted = new DriftResponse(new Reaction.Rewarm(3, 70));
        uninterrupted.drifted(7);
        DriftResponse resumed = new DriftResponse(new Reaction.Rewarm(3, 70));

        // When
        resumed.restore(uninterrupted.state());

        // Then
        for (long step = 7; step < 100; step++) {
            assertThat(resumed.learningRateFactor(step)).isEqualTo(uninterrupted.learningRateFactor(step));
        }
        assertThat(resumed.drifts()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> resumed.restore(new long[] {-2, 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> resumed.restore(new long[1]));
    }

    @Test
    void refusesReactionsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Reaction.Rewarm(1, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new Reaction.Rewarm(Double.NaN, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new Reaction.Rewarm(3, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Reaction.Replay(0.91, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new Reaction.Replay(0.5, 0));
    }
}
