package dev.freshet.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.drift.DriftDetector.Change;
import org.junit.jupiter.api.Test;

class PageHinkleyTest {
    /** m and its minimum kept apart, as the test is published. */
    @Test
    void agreesWithTheTestAsPublishedWhereNothingFades() {
        // Given
        double delta = 0.02;
        double lambda = 15;
        Bernoulli stream = new Bernoulli(1);
        for (int run = 0; run < 50; run++) {
            PageHinkley test = new PageHinkley(delta, lambda, 1, 30);
            double sum = 0;
            double m = 0;
            double minimum = 0;
            for (int i = 1; ; i++) {
                boolean error = stream.next(i < 500 ? 0.1 : 0.4);
                sum += error ? 1 : 0;
                m += (error ? 1 : 0) - sum / i - delta;
                minimum = Math.min(minimum, m);

                // When
                Change change = test.observe(error);

                // Then
                boolean drift = i >= 30 && m - minimum > lambda;
                assertThat(change).isEqualTo(drift ? Change.RISE : Change.NONE);
                if (drift) {
                    break;
                }
            }
        }
    }

    @Test
    void saysNothingBeforeItsFirstExamples() {
        // Given
        PageHinkley test = new PageHinkley(0, 1e-9, 1, 100);
        test.observe(false);

        // When
        long delay = new Bernoulli(2).untilRise(test, 1_000, i -> 1);

        // Then
        assertThat(delay).isEqualTo(99);
    }

    @Test
    void measuresAgainstTheNewestMeanWhereItFades() {
        // Given
        PageHinkley test = new PageHinkley(0.025, 40, 0.999, 500);

        // When
        new Bernoulli(3).count(test, Change.RISE, 20_000, i -> i < 10_000 ? 0.9 : 0.1);

        // Then
        assertThat(test.errorRate()).isCloseTo(0.1, within(0.05));
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(-0.1, 40, 1, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(0, 0, 1, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(0, 40, 0, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(0, 40, 1.1, 30));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(0, 40, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PageHinkley(Double.NaN, 40, 1, 1));
    }
}
