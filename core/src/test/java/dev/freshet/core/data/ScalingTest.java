package dev.freshet.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingTest {
    @Test
    void takesTheMeanOfWhatANewPixelCovers() {
        // Given
        byte[] plane = {
            0, 10, 1, 1,
            20, 30, 1, 2
        };

        // When
        byte[] halved = Scaling.of(2, 4, 1, 2).apply(plane);

        // Then: 5/4 is 1.25
        assertThat(halved).containsExactly(15, 1);
    }

    @Test
    void dividesAPixelAmongThoseThatCoverIt() {
        // Given / When
        byte[] scaled = Scaling.of(1, 3, 1, 2).apply(new byte[] {0, 30, 90});

        // Then: (0 + 30 / 2) / 1.5 and (30 / 2 + 90) / 1.5
        assertThat(scaled).containsExactly(10, 70);
    }

    @Test
    void growsAsPyTorchInterpolates() {
        // Given: torch.nn.functional.interpolate(…, mode="bilinear", align_corners=False) gives 0, 25, 75, 100
        byte[] row = {0, 100};

        // When / Then
        assertThat(Scaling.of(1, 2, 1, 4).apply(row)).containsExactly(0, 25, 75, 100);
        assertThat(Scaling.of(2, 1, 4, 1).apply(row)).containsExactly(0, 25, 75, 100);
    }

    @Test
    void mayGrowOneWayAndShrinkTheOther() {
        // Given
        byte[] plane = {0, 20, 100, 120};

        // When
        byte[] scaled = Scaling.of(1, 4, 3, 2).apply(plane);

        // Then
        assertThat(scaled).containsExactly(10, 110, 10, 110, 10, 110);
    }

    @Test
    void roundsHalvesUpAndTakesBytesForUnsigned() {
        // Given / When
        byte[] scaled = Scaling.of(1, 4, 1, 2).apply(new byte[] {1, 2, (byte) 255, (byte) 254});

        // Then
        assertThat(scaled).containsExactly(2, 255);
    }

    @Test
    void keepsTheChannelsApart() {
        // Given / When
        byte[] scaled = Scaling.of(1, 2, 1, 1).apply(new byte[] {0, 2, 10, 12, 100, 102});

        // Then
        assertThat(scaled).containsExactly(1, 11, 101);
    }

    @Test
    void leavesAnImageOfTheRightSizeAlone() {
        // Given
        byte[] planes = bytes(3 * 5 * 7);

        // When / Then
        assertThat(Scaling.of(5, 7, 5, 7).apply(planes)).isSameAs(planes);
    }

    @ParameterizedTest
    @CsvSource({"28, 28, 32, 32", "50, 50, 28, 28", "13, 97, 28, 28", "97, 13, 28, 28", "1, 1, 5, 3", "40, 9, 40, 20"})
    void agreesWithTheFormulaInFloatingPoint(int fromHeight, int fromWidth, int toHeight, int toWidth) {
        // Given
        byte[] plane = bytes(fromHeight * fromWidth);

        // When
        byte[] scaled = Scaling.of(fromHeight, fromWidth, toHeight, toWidth).apply(plane);

        // Then
        for (int y = 0; y < toHeight; y++) {
            for (int x = 0; x < toWidth; x++) {
                double expected = 0;
                for (int j = 0; j < fromHeight; j++) {
                    for (int i = 0; i < fromWidth; i++) {
                        expected += weight(j, fromHeight, y, toHeight)
                                * weight(i, fromWidth, x, toWidth)
                                * (plane[j * fromWidth + i] & 0xff);
                    }
                }
                double error = (scaled[y * toWidth + x] & 0xff) - expected;
                assertThat(Math.abs(error)).isLessThanOrEqualTo(0.5 + 1e-9);
            }
        }
    }

    @Test
    void keepsOneColourAtTheLargestSizesThatThereAre() {
        // Given
        byte[] white = new byte[1 << 20];
        Arrays.fill(white, (byte) 255);

        // When / Then
        assertThat(Scaling.of(1 << 20, 1, 1, 1).apply(white)).containsExactly(255);
        assertThat(Scaling.of(1, 1 << 20, 1, 1).apply(white)).containsExactly(255);
        assertThat(Scaling.of(1, 1, 1, 1 << 20).apply(new byte[] {-1})).isEqualTo(white);
        assertThat(Scaling.of(1, 1, 1 << 10, 1 << 10).apply(new byte[] {-1})).isEqualTo(white);
    }

    /** How much of a new pixel the old one is. */
    private static double weight(int old, int from, int pixel, int to) {
        double scale = (double) from / to;
        if (from >= to) {
            double covered = Math.min((pixel + 1) * scale, old + 1) - Math.max(pixel * scale, old);
            return Math.max(0, covered) / scale;
        }
        double centre = Math.min(from - 1, Math.max(0, (pixel + 0.5) * scale - 0.5));
        return Math.max(0, 1 - Math.abs(centre - old));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
