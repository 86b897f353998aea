package dev.freshet.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Figures.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3);
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Figures.median(List.of(9.0, 1.0, 3.0, 5.0))).isEqualTo(4);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.median(List.of()));
    }

    @Test
    void theGeometricMeanOfAHalfAndADoubleIsOne() {
        assertThat(Figures.geometricMean(List.of(0.5, 2.0))).isCloseTo(1, within(1e-12));
        assertThat(Figures.geometricMean(List.of(1.0, 10.0, 100.0))).isCloseTo(10, within(1e-12));
    }

    @Test
    void aRatioThatIsNotPositiveHasNoGeometricMean() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.geometricMean(List.of(1.0, 0.0)));
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.geometricMean(List.of(1.0, Double.NaN)));
    }

    @Test
    void theLargestDifferenceIsAShareOfWhatWasExpected() {
        double difference = Figures.largestDifference(new double[] {1, 200}, new double[] {1.01, 201});

        assertThat(difference).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void whatIsNotANumberDiffersMost() {
        double difference = Figures.largestDifference(new double[] {1, 1}, new double[] {Double.NaN, 1.5});

        assertThat(difference).isNaN();
    }

    @Test
    void rowsOfDifferentLengthsAreNotCompared() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.largestDifference(new double[1], new double[2]));
    }
}
