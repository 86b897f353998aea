package dev.freshet.launcher.report;

import static dev.freshet.launcher.report.Pixels.answer;
import static dev.freshet.launcher.report.Pixels.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.LabelledImage;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunReportTest {
    private static final InputSpec INPUT = InputSpec.image(1, 2, 2);
    private static final List<String> CLASSES = List.of("cat", "dog", "newt");

    @Test
    void givesTheAccuracyOfEachClassAndOfAll() {
        // Given
        RunReport report = report(
                List.of(),
                List.of(),
                List.of(answer(0, 0, 1, 0, 0), answer(0, 0, 1, 0, 0), answer(0, 1, 0, 1, 0), answer(1, 1, 0, 1, 0)),
                null);

        // When
        List<String> lines = report.accuracyLines();

        // Then
        assertThat(lines)
                .containsExactly(
                        "Test accuracy of cat: 66% (2/3)",
                        "Test accuracy of dog: 100% (1/1)",
                        "Test accuracy of newt: N/A (no test examples)",
                        "Test accuracy (overall): 75% (3/4)");
    }

    @Test
    void hasNoOverallAccuracyWithoutATest() {
        assertThat(report(List.of(), List.of(), List.of(), null).accuracyLines())
                .contains("Test accuracy (overall): N/A (no test examples)");
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        refused(() -> report(List.of(), List.of(image("few", 3, 0, 0)), List.of(), null))
                .withMessage("few is not of shape [1, 2, 2]");
        refused(() -> report(List.of(), List.of(Pixels.point(0, 0, 0)), List.of(), null))
                .withMessageContaining("is not of shape");
        refused(() -> report(List.of(), List.of(image("high", 4, 0, 3)), List.of(), null))
                .withMessage("the label of high must be in [0, 3), was 3");
        refused(() -> report(List.of(), List.of(), List.of(answer(0, 0, 1, 0)), null))
                .withMessage("image has 2 probabilities, not 3");
        refused(() -> report(List.of(epoch(2), epoch(2)), List.of(), List.of(), null))
                .withMessage("epochs must ascend, but 2 follows 2");
        GridShape shape = new GridShape(0, 1, 0, 1, 2, 2);
        refused(() -> report(List.of(), List.of(), List.of(), new DecisionGrid(shape, 3, new float[12])))
                .withMessageContaining("an input of 2 features");
        refused(() -> new DecisionGrid(shape, 3, new float[8])).withMessageContaining("needs 12 probabilities, was 8");
        refused(() -> answer(0, 3, 1, 0, 0)).withMessage("the predicted class must be in [0, 3), was 3");
        refused(() -> new EpochFigures(0, 1, 0.5, null, null, 0.1, null)).withMessageContaining("was 0");
        refused(() -> new EpochFigures(1, 1, 50, null, null, 0.1, null)).withMessageContaining("was 50");
        refused(() -> new EpochFigures(1, 1, 0.5, 1.0, -0.1, 0.1, null)).withMessageContaining("was -0.1");
    }

    private static ThrowableAssertAlternative<?> refused(ThrowingCallable call) {
        return assertThatIllegalArgumentException().isThrownBy(call);
    }

    private static EpochFigures epoch(int epoch) {
        return new EpochFigures(epoch, 1, 0.5, null, null, 0.1, null);
    }

    private static RunReport report(
            List<EpochFigures> epochs,
            List<LabelledImage> examples,
            List<Answer> answers,
            @Nullable DecisionGrid regions) {
        return new RunReport("title", List.of(), INPUT, CLASSES, epochs, examples, answers, regions);
    }
}
