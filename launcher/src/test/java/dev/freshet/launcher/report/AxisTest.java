package dev.freshet.launcher.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void putsTicksAtRoundNumbers() {
        assertThat(labels(Axis.around(0, 0.71, 6))).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8");
        assertThat(labels(Axis.around(80.9, 98.1, 6))).containsExactly("80", "85", "90", "95", "100");
        assertThat(labels(Axis.around(97.13, 97.32, 6)))
                .containsExactly("97.10", "97.15", "97.20", "97.25", "97.30", "97.35");
        assertThat(labels(Axis.around(0, 1300, 6))).containsExactly("0", "500", "1000", "1500");
    }

    @Test
    void endsWhereItIsToldAndHasTicksInside() {
        // When
        Axis axis = Axis.between(-3.17, 3.94, 8);

        // Then
        assertThat(axis.from()).isEqualTo(-3.17);
        assertThat(axis.to()).isEqualTo(3.94);
        assertThat(labels(axis)).containsExactly("-3", "-2", "-1", "0", "1", "2", "3");
    }

    @Test
    void keepsARangeThatEndsAtTicks() {
        // When
        Axis axis = Axis.around(0.1, 0.3, 2);

        // Then
        assertThat(labels(axis)).containsExactly("0.1", "0.2", "0.3");
        assertThat(axis.share(0.15)).isCloseTo(0.25, Offset.offset(1e-9));
    }

    @Test
    void countsWholeEpochsOnly() {
        assertThat(labels(Axis.between(0.5, 3.5, 12).whole())).containsExactly("1", "2", "3");
        assertThat(labels(Axis.between(0.5, 1.5, 12).whole())).containsExactly("1");
        assertThat(labels(Axis.between(1, 100, 12).whole()))
                .containsExactly("10", "20", "30", "40", "50", "60", "70", "80", "90", "100");
    }

    private static List<String> labels(Axis axis) {
        return axis.ticks().stream().map(axis::label).toList();
    }
}
