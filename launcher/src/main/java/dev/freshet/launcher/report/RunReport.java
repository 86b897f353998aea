package dev.freshet.launcher.report;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.Values;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the report of one recipe run is made of. Lists that are empty leave out what would be drawn from them.
 *
 * @param title the recipe's name, such as {@code mnist-16}
 * @param settings rows at the top, in their order
 * @param input what every example and every test image is
 * @param classes names in index order, at least 2
 * @param epochs in ascending order
 * @param examples training images, of which the first 64 are shown
 * @param answers every test image with the served model's answer, in the order of the data set
 * @param decisionRegions for inputs of 2 features; null for others
 */
public record RunReport(
        String title,
        List<Setting> settings,
        InputSpec input,
        List<String> classes,
        List<EpochFigures> epochs,
        List<LabelledImage> examples,
        List<Answer> answers,
        @Nullable DecisionGrid decisionRegions) {
    public RunReport {
        settings = List.copyOf(settings);
        classes = List.copyOf(classes);
        epochs = List.copyOf(epochs);
        examples = List.copyOf(examples);
        answers = List.copyOf(answers);
        require(classes.size() >= 2, "a report needs 2 classes, was " + classes);
        for (int i = 1; i < epochs.size(); i++) {
            int before = epochs.get(i - 1).epoch();
            int epoch = epochs.get(i).epoch();
            require(epoch > before, "epochs must ascend, but " + epoch + " follows " + before);
        }
        for (LabelledImage example : examples) {
            requireFits(example, input, classes.size());
        }
        for (Answer answer : answers) {
            requireFits(answer.image(), input, classes.size());
            require(
                    answer.classes() == classes.size(),
                    answer.image().id() + " has " + answer.classes() + " probabilities, not " + classes.size());
        }
        require(
                decisionRegions == null
                        || (decisionRegions.classes() == classes.size() && !input.isImage() && input.size() == 2),
                "decision regions need an input of 2 features and as many classes as the report, was " + input.shape());
    }

    private static void requireFits(LabelledImage image, InputSpec input, int classes) {
        require(
                image.label() >= 0 && image.label() < classes,
                "the label of " + image.id() + " must be in [0, " + classes + "), was " + image.label());
        boolean fits = input.isImage()
                ? image.values() instanceof Values.Pixels pixels && pixels.values().length == input.size()
                : image.values() instanceof Values.Point point && point.values().length == input.size();
        require(fits, image.id() + " is not of shape " + input.shape());
    }

    /**
     * The accuracy of each class, then of all of them, as the report has them:
     *
     * <pre>
     * Test accuracy of 0: 99% (971/980)
     * Test accuracy (overall): 97% (9764/10000)
     * </pre>
     *
     * The percentage is cut off, not rounded, as {@code %d} of {@code 100 * correct / total} does it in the PyTorch
     * lessons that this form is known from: 99.9 % is 99%, and only a class without a mistake has 100%.
     */
    public List<String> accuracyLines() {
        Confusion confusion = Confusion.of(classes.size(), answers);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            lines.add(confusion.ofClass(i, classes.get(i)).line());
        }
        lines.add(confusion.overall().line());
        return List.copyOf(lines);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
