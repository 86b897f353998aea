package dev.freshet.launcher.report;

import dev.freshet.core.model.InputSpec;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.launcher.report.ImageGrid.Tile;
import dev.freshet.launcher.report.ImageGrid.Tone;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Chooses what a report draws: all that it has data for. */
final class Figures {
    private static final int EXAMPLES = 64;
    private static final int ANSWERS = 40;
    private static final int ANSWER_COLUMNS = 8;
    private static final double ANSWER_WIDTH = 128;
    private static final double ANSWER_SIDE = 100;
    private static final double EXAMPLE_SIDE = 64;
    private static final double LONGEST_LABEL = 110;
    /** What a row of a grid may take on the page. */
    private static final double WIDTH = 1024;

    private final RunReport report;

    private Figures(RunReport report) {
        this.report = report;
    }

    static List<Figure> of(RunReport report) {
        return new Figures(report).all();
    }

    private List<Figure> all() {
        List<Figure> figures = new ArrayList<>();
        if (!report.epochs().isEmpty()) {
            addCurves(figures);
        }
        if (!report.answers().isEmpty()) {
            addConfusion(figures);
        }
        DecisionGrid regions = report.decisionRegions();
        if (regions != null) {
            addDecision(figures, regions);
        }
        if (report.input().isImage()) {
            addAnswers(figures);
            addExamples(figures);
        }
        return figures;
    }

    private void addCurves(List<Figure> figures) {
        figures.add(new Figure(
                Figure.LOSS,
                "Training and validation loss over the epochs",
                "Mean cross-entropy per example, natural logarithm. A triangle marks an epoch that published a version.",
                LineChart.ofLoss(report.epochs())::draw));
        figures.add(new Figure(
                Figure.ACCURACY,
                "Training and validation accuracy over the epochs",
                "Share of examples whose most probable class is the label.",
                LineChart.ofAccuracy(report.epochs())::draw));
    }

    private void addConfusion(List<Figure> figures) {
        Confusion confusion = Confusion.of(report.classes().size(), report.answers());
        figures.add(new Figure(
                Figure.CONFUSION,
                "Confusion matrix of the test",
                "How many test examples of each class (row) were given each answer (column). An empty cell is 0.",
                new ConfusionPicture(confusion, report.classes())::draw));
    }

    private void addDecision(List<Figure> figures, DecisionGrid regions) {
        figures.add(new Figure(
                Figure.DECISION,
                "The model's answers in the plane, with the test points",
                "The stronger the shade, the surer the model. Points are test points in the colour of their true class.",
                new DecisionPicture(regions, report.classes(), report.answers())::draw));
    }

    private void addAnswers(List<Figure> figures) {
        List<Answer> first = report.answers().stream().limit(ANSWERS).toList();
        if (!first.isEmpty()) {
            figures.add(new Figure(
                    Figure.PREDICTIONS,
                    "Test images with predicted and true class",
                    "The first images of the test: the predicted class, and the true one in brackets. Green is right; red"
                            + " and framed is wrong.",
                    answerGrid("Predicted (true) class", first, false)::draw));
        }
        List<Answer> mistakes = report.answers().stream()
                .filter(answer -> !answer.isRight())
                .sorted(Comparator.comparingDouble(Answer::confidence).reversed())
                .limit(ANSWERS)
                .toList();
        if (!mistakes.isEmpty()) {
            figures.add(new Figure(
                    Figure.MISTAKES,
                    "Test images that were given a wrong class",
                    "The wrong answers that the model was surest of, with the probability that it gave them.",
                    answerGrid("Surest mistakes: predicted (true) class", mistakes, true)::draw));
        }
    }

    private ImageGrid answerGrid(String title, List<Answer> answers, boolean withConfidence) {
        // Long names take two lines, on every tile if on one.
        boolean oneLine = answers.stream()
                .map(answer -> name(answer.predicted()) + " (" + name(answer.truth()) + ")")
                .allMatch(caption -> Sheet.width(caption, Sheet.STRONG) <= ANSWER_WIDTH - 4);
        List<Tile> tiles = answers.stream()
                .map(answer -> new Tile(
                        picture(answer.image(), ANSWER_SIDE),
                        caption(answer, oneLine, withConfidence),
                        answer.isRight() ? Tone.RIGHT : Tone.WRONG))
                .toList();
        return new ImageGrid(title, tiles, ANSWER_COLUMNS, ANSWER_WIDTH);
    }

    private List<String> caption(Answer answer, boolean oneLine, boolean withConfidence) {
        List<String> caption = new ArrayList<>();
        String truth = "(" + name(answer.truth()) + ")";
        if (oneLine) {
            caption.add(name(answer.predicted()) + " " + truth);
        } else {
            caption.add(name(answer.predicted()));
            caption.add(truth);
        }
        if (withConfidence) {
            caption.add(String.format(Locale.ROOT, "%.1f %%", 100 * answer.confidence()));
        }
        return caption;
    }

    private void addExamples(List<Figure> figures) {
        if (report.examples().isEmpty()) {
            return;
        }
        List<LabelledImage> shown = report.examples().stream().limit(EXAMPLES).toList();
        figures.add(new Figure(
                Figure.EXAMPLES,
                "Training images with their classes",
                shown.size() + " training images with their classes, as the data set has them.",
                exampleGrid(shown)::draw));
        LabelledImage first = shown.get(0);
        PixelValues values = new PixelValues(report.input(), first.pixels(), name(first.label()));
        figures.add(new Figure(Figure.PIXELS, "One training image as numbers", values.caption(), values::draw));
    }

    private ImageGrid exampleGrid(List<LabelledImage> examples) {
        List<Tile> tiles = examples.stream()
                .map(example -> new Tile(picture(example, EXAMPLE_SIDE), List.of(name(example.label())), Tone.PLAIN))
                .toList();
        double widest = 0;
        double longest = 0;
        for (Tile tile : tiles) {
            widest = Math.max(widest, (double) tile.image().getWidth() / Sheet.DENSITY);
            longest = Math.max(longest, Sheet.width(tile.caption().get(0), Sheet.TEXT));
        }
        double cellWidth = Math.max(widest + 8, Math.min(LONGEST_LABEL, Math.ceil(longest)) + 10);
        return new ImageGrid("Training images", tiles, columns(tiles.size(), (int) (WIDTH / cellWidth)), cellWidth);
    }

    /** As many as fit, or somewhat fewer where that fills the last row. */
    private static int columns(int tiles, int most) {
        for (int columns = most; columns > most * 3 / 4; columns--) {
            if (tiles % columns == 0) {
                return columns;
            }
        }
        return most;
    }

    private BufferedImage picture(LabelledImage image, double side) {
        InputSpec input = report.input();
        return PixelImages.fitted(PixelImages.of(input, image.pixels()), (int) (side * Sheet.DENSITY));
    }

    private String name(int classIndex) {
        return report.classes().get(classIndex);
    }
}
