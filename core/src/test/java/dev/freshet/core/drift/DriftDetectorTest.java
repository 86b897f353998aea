package dev.freshet.core.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import dev.freshet.core.drift.DetectorSpec.AdwinSpec;
import dev.freshet.core.drift.DetectorSpec.PageHinkleySpec;
import dev.freshet.core.drift.DriftDetector.Change;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every detector with its defaults; {@code freshet bench drift} measures it on more. */
class DriftDetectorTest {
    private static final int SEEDS = 25;

    static Stream<DetectorSpec> detectors() {
        return Stream.of(AdwinSpec.DEFAULT, PageHinkleySpec.DEFAULT);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void raisesAtMostFiveFalseAlarmsInAMillionExamples(DetectorSpec spec) {
        for (double errorRate : new double[] {0.02, 0.05, 0.1, 0.2, 0.3}) {
            // Given
            Bernoulli stream = new Bernoulli(17);

            // When
            int alarms = stream.count(spec.create().orElseThrow(), Change.RISE, 1_000_000, i -> errorRate);

            // Then
            assertThat(alarms).as("at an error rate of " + errorRate).isLessThanOrEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void findsAnAbruptRiseWithinAFewHundredExamplesAndReportsItOnce(DetectorSpec spec) {
        assertThat(LongStream.range(0, SEEDS)).allSatisfy(seed -> {
            // Given
            DriftDetector detector = spec.create().orElseThrow();
            Bernoulli stream = new Bernoulli(seed);
            assertThat(stream.count(detector, Change.RISE, 10_000, i -> 0.05)).isZero();

            // When
            long delay = stream.untilRise(detector, 10_000, i -> 0.3);

            // Then
            assertThat(delay).isBetween(10L, 300L);
            assertThat(stream.count(detector, Change.RISE, 5_000, i -> 0.3)).isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void findsAGradualRise(DetectorSpec spec) {
        assertThat(LongStream.range(0, SEEDS)).allSatisfy(seed -> {
            // Given
            DriftDetector detector = spec.create().orElseThrow();
            Bernoulli stream = new Bernoulli(seed);
            stream.count(detector, Change.RISE, 10_000, i -> 0.05);

            // When: it takes 5,000 examples until it is there
            long delay = stream.untilRise(detector, 10_000, i -> 0.05 + 0.25 * Math.min(1, i / 5_000.0));

            // Then
            assertThat(delay).isBetween(100L, 3_000L);
        });
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void findsARiseAfterTheNetworkHasLearnedAndTakesTheLearningForNone(DetectorSpec spec) {
        assertThat(LongStream.range(0, SEEDS)).allSatisfy(seed -> {
            // Given
            DriftDetector detector = spec.create().orElseThrow();
            Bernoulli stream = new Bernoulli(seed);

            // When
            int alarms = stream.count(detector, Change.RISE, 20_000, i -> 0.1 + 0.8 * Math.exp(-i / 2_000.0));
            long delay = stream.untilRise(detector, 10_000, i -> 0.5);

            // Then
            assertThat(alarms).isZero();
            assertThat(delay).isLessThanOrEqualTo(300);
        });
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void findsOneDriftAfterAnother(DetectorSpec spec) {
        // Given
        DriftDetector detector = spec.create().orElseThrow();
        Bernoulli stream = new Bernoulli(3);

        // When: the rate rises every 20,000 examples and falls in between
        int alarms = stream.count(detector, Change.RISE, 100_000, i -> i / 10_000 % 2 == 0 ? 0.05 : 0.4);

        // Then
        assertThat(alarms).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void allocatesNothingForAnExample(DetectorSpec spec) {
        // Given
        DriftDetector detector = spec.create().orElseThrow();
        Bernoulli stream = new Bernoulli(1);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        stream.count(detector, Change.RISE, 200_000, i -> 0.1);

        // When: the window grows, is divided, and loses its older part
        long before = thread.getCurrentThreadAllocatedBytes();
        stream.count(detector, Change.RISE, 200_000, i -> i < 100_000 ? 0.1 : 0.5);
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        // Then: less than one byte for ten examples, for what the JVM does beside them
        assertThat(allocated).isLessThan(20_000);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void goesOnFromItsStateToTheLastBit(DetectorSpec spec) {
        for (int before : new int[] {0, 1, 700, 5_009}) {
            // Given
            Bernoulli stream = new Bernoulli(before);
            DriftDetector uninterrupted = spec.create().orElseThrow();
            stream.count(uninterrupted, Change.RISE, before, i -> 0.1);
            DriftDetector resumed = spec.create().orElseThrow();
            stream.count(resumed, Change.RISE, 123, i -> 0.5);

            // When
            resumed.restore(uninterrupted.state());

            // Then
            boolean found = false;
            for (int i = 0; i < 3_000; i++) {
                boolean error = stream.next(i < 1_500 ? 0.1 : 0.4);
                Change change = uninterrupted.observe(error);
                assertThat(resumed.observe(error)).isEqualTo(change);
                found |= change == Change.RISE;
            }
            assertThat(found).isTrue();
            assertThat(resumed.errorRate()).isEqualTo(uninterrupted.errorRate());
            assertThat(resumed.state()).isEqualTo(uninterrupted.state());
        }
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void refusesAStateThatIsNotItsOwn(DetectorSpec spec) {
        // Given
        DriftDetector detector = spec.create().orElseThrow();
        new Bernoulli(1).count(detector, Change.RISE, 1_000, i -> 0.1);
        long[] state = detector.state();

        // Then
        for (DriftDetector other :
                List.of(new Adwin(0.003, 5, 32), new Adwin(0.002, 6, 32), new PageHinkley(0.025, 41, 0.9999, 500))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.restore(state))
                    .withMessageStartingWith("not the state of ");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> detector.restore(new long[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> detector.restore(Arrays.copyOf(state, state.length - 1)));
        assertThat(detector.state()).isEqualTo(state);
    }
}
