package dev.freshet.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.drift.DriftDetector.Change;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class AdwinTest {
    @Test
    void keepsEverythingForAsLongAsNothingChanges() {
        // Given
        Adwin adwin = new Adwin(0.002, 5, 32);
        Bernoulli stream = new Bernoulli(1);
        long errors = 0;

        // When
        for (int i = 0; i < 100_000; i++) {
            boolean error = stream.next(0.2);
            errors += error ? 1 : 0;
            assertThat(adwin.observe(error)).isEqualTo(Change.NONE);
        }

        // Then: in no more buckets than the paper says
        assertThat(adwin.windowSize()).isEqualTo(100_000);
        assertThat(adwin.errorRate()).isEqualTo(errors / 1e5);
        assertThat(adwin.state().length).isLessThan(5 * 17 + 17 + 10);
    }

    @Test
    void forgetsWhatIsOlderThanTheChange() {
        // Given
        Adwin adwin = new Adwin(0.002, 5, 32);
        Bernoulli stream = new Bernoulli(2);
        stream.count(adwin, Change.RISE, 50_000, i -> 0.05);

        // When
        stream.count(adwin, Change.RISE, 2_000, i -> 0.5);

        // Then
        assertThat(adwin.windowSize()).isBetween(1_500L, 2_500L);
        assertThat(adwin.errorRate()).isCloseTo(0.5, within(0.05));
    }

    @Test
    void forgetsTheErrorsOfTheBeginningWithoutCallingThatDrift() {
        // Given
        Adwin adwin = new Adwin(0.002, 5, 32);
        Bernoulli stream = new Bernoulli(3);
        stream.count(adwin, Change.FALL, 10_000, i -> 0.9);

        // When
        int falls = stream.count(adwin, Change.FALL, 10_000, i -> 0.1);

        // Then
        assertThat(falls).isEqualTo(1);
        assertThat(adwin.windowSize()).isBetween(9_000L, 11_000L);
    }

    /** On a histogram whose buckets all hold one observation, every division there is must be looked at. */
    @Test
    void agreesWithThePapersTestOnEveryDivision() {
        // Given: so many buckets of each size that none are merged
        double delta = 0.05;
        Bernoulli stream = new Bernoulli(4);
        int found = 0;
        for (int run = 0; run < 200; run++) {
            Adwin adwin = new Adwin(delta, 1_000, 1);
            ArrayDeque<Boolean> window = new ArrayDeque<>();
            for (int i = 0; i < 200; i++) {
                boolean error = stream.next(i < 100 ? 0.1 : 0.5);
                window.addLast(error);

                // When
                Change change = adwin.observe(error);

                // Then
                boolean disagree = anyDivisionDisagrees(window, delta);
                assertThat(change != Change.NONE).isEqualTo(disagree);
                if (disagree) {
                    found++;
                    break;
                }
            }
        }
        assertThat(found).isGreaterThan(150);
    }

    private static boolean anyDivisionDisagrees(Iterable<Boolean> window, double delta) {
        int n = 0;
        int errors = 0;
        for (boolean error : window) {
            n++;
            errors += error ? 1 : 0;
        }
        double mean = (double) errors / n;
        double logarithm = Math.log(2 / (delta / Math.log(n)));
        int n0 = 0;
        int errors0 = 0;
        for (boolean error : window) {
            n0++;
            errors0 += error ? 1 : 0;
            int n1 = n - n0;
            if (n0 < 5 || n1 < 5) {
                continue;
            }
            double m = 1 / (1.0 / n0 + 1.0 / n1);
            double bound = Math.sqrt(2 / m * mean * (1 - mean) * logarithm) + 2 / (3 * m) * logarithm;
            if (Math.abs((double) errors0 / n0 - (double) (errors - errors0) / n1) > bound) {
                return true;
            }
        }
        return false;
    }

    @Test
    void looksForAChangeOnlyWhenItsIntervalIsOver() {
        // Given
        Adwin adwin = new Adwin(0.002, 5, 64);
        for (int i = 0; i < 640; i++) {
            adwin.observe(false);
        }

        // When
        long delay = new Bernoulli(5).untilRise(adwin, 1_000, i -> 1);

        // Then
        assertThat(delay).isEqualTo(64);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(0, 5, 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(1, 5, 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(Double.NaN, 5, 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(0.1, 1, 32));
        assertThatIllegalArgumentException().isThrownBy(() -> new Adwin(0.1, 5, 0));
    }
}
