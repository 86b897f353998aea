package dev.freshet.launcher.report;

import static dev.freshet.launcher.report.Pixels.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.launcher.report.Confusion.Accuracy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTest {
    @Test
    void countsAnswersByTrueAndPredictedClass() {
        // Given
        List<Answer> answers = List.of(
                answer(0, 0, 1, 0, 0),
                answer(0, 0, 1, 0, 0),
                answer(0, 2, 0, 0, 1),
                answer(0, 1, 0, 1, 0),
                answer(1, 2, 0, 0, 1));

        // When
        Confusion confusion = Confusion.of(3, answers);

        // Then
        assertThat(confusion.count(0, 0)).isEqualTo(2);
        assertThat(confusion.count(0, 2)).isEqualTo(1);
        assertThat(confusion.count(2, 0)).isZero();
        assertThat(confusion.count(1, 2)).isEqualTo(1);
        assertThat(confusion.total(0)).isEqualTo(4);
        assertThat(confusion.share(0, 0)).isEqualTo(0.5);
        assertThat(confusion.share(2, 2)).isZero();
        assertThat(confusion.ofClass(0, "zero")).isEqualTo(new Accuracy("of zero", 2, 4));
        assertThat(confusion.overall()).isEqualTo(new Accuracy("(overall)", 2, 5));
    }

    @Test
    void cutsPercentagesOff() {
        assertThat(new Accuracy("of 0", 971, 980).line()).isEqualTo("Test accuracy of 0: 99% (971/980)");
        assertThat(new Accuracy("of 1", 1999, 2000).line()).isEqualTo("Test accuracy of 1: 99% (1999/2000)");
        assertThat(new Accuracy("of 2", 29, 100).line()).isEqualTo("Test accuracy of 2: 29% (29/100)");
        assertThat(new Accuracy("of 3", 0, 7).line()).isEqualTo("Test accuracy of 3: 0% (0/7)");
        assertThat(new Accuracy("of 4", 7, 7).line()).isEqualTo("Test accuracy of 4: 100% (7/7)");
    }
}
