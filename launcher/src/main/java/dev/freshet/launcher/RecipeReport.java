package dev.freshet.launcher;

import dev.freshet.core.config.Config;
import dev.freshet.core.evaluation.Tally;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.PointSource;
import dev.freshet.launcher.report.Answer;
import dev.freshet.launcher.report.DecisionGrid;
import dev.freshet.launcher.report.EpochFigures;
import dev.freshet.launcher.report.GridShape;
import dev.freshet.launcher.report.RunReport;
import dev.freshet.launcher.report.Setting;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.trainer.TrainerConfig;
import dev.freshet.trainer.TrainerStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Collects what the report of one recipe run is made of. Belongs to the main thread. */
final class RecipeReport {
    /** As many as the report shows. */
    private static final long EXAMPLES = 64;

    private static final Pattern CAMEL_CASE = Pattern.compile("(?<=[a-z])([A-Z])");

    private final String title;
    private final RecipeData data;
    private final ModelSpec spec;
    private final @Nullable Answer[] answers;

    RecipeReport(String title, RecipeData data, ModelSpec spec) {
        this.title = title;
        this.data = data;
        this.spec = spec;
        this.answers = new Answer[Math.toIntExact(data.test().size().orElseThrow())];
    }

    /** Takes the served model's answer to a test image. */
    void answered(long index, Prediction prediction) {
        answers[(int) index] = answer(data.test().get(index), prediction);
    }

    private static Answer answer(LabelledImage image, Prediction prediction) {
        return new Answer(image, prediction.getClassIndex(), probabilities(prediction));
    }

    private static float[] probabilities(Prediction prediction) {
        float[] probabilities = new float[prediction.getProbabilitiesCount()];
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = prediction.getProbabilities(i);
        }
        return probabilities;
    }

    /** Asks the served model about a grid of points, where a point has two features; null for other inputs. */
    @Nullable
    DecisionGrid decisionRegions(TestRun tests, BooleanSupplier stop) {
        if (spec.input().isImage() || spec.input().size() != 2) {
            return null;
        }
        GridShape shape = GridShape.around(points(data.test()));
        int classes = spec.classes().size();
        ImageSource grid = PointSource.of("grid", shape.features(), 2, spec.classes());
        float[] regions = new float[Math.toIntExact(grid.size().orElseThrow()) * classes];
        long answered = tests.run(
                        grid,
                        grid.size().orElseThrow(),
                        stop,
                        (index, prediction) ->
                                System.arraycopy(probabilities(prediction), 0, regions, (int) index * classes, classes))
                .tally()
                .total();
        return answered == grid.size().orElseThrow() ? new DecisionGrid(shape, classes, regions) : null;
    }

    private static List<LabelledImage> points(ImageSource source) {
        return LongStream.range(0, source.size().orElseThrow())
                .mapToObj(source::get)
                .toList();
    }

    /** All that was collected, of a run that is over. */
    RunReport of(
            TrainerConfig trainer,
            TrainerStatus status,
            Tally test,
            @Nullable DecisionGrid regions,
            double wallSeconds) {
        return new RunReport(
                title,
                settings(trainer, status, test, wallSeconds),
                data.test().input(),
                spec.classes(),
                epochs(status),
                examples(),
                Arrays.stream(answers).filter(Objects::nonNull).toList(),
                regions);
    }

    private List<LabelledImage> examples() {
        return LongStream.range(0, Math.min(EXAMPLES, data.stream().size().orElseThrow()))
                .mapToObj(data.stream()::get)
                .toList();
    }

    private static List<EpochFigures> epochs(TrainerStatus status) {
        List<EpochFigures> epochs = new ArrayList<>();
        for (dev.freshet.trainer.EpochFigures epoch : status.epochs()) {
            var validation = epoch.validation();
            epochs.add(new EpochFigures(
                    epoch.epoch(),
                    epoch.training().loss(),
                    epoch.training().accuracy(),
                    validation == null ? null : validation.loss(),
                    validation == null ? null : validation.accuracy(),
                    epoch.learningRate(),
                    epoch.publishedVersion()));
        }
        return epochs;
    }

    private List<Setting> settings(TrainerConfig trainer, TrainerStatus status, Tally test, double wallSeconds) {
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting("net", spec.summary() + ", " + Config.nameOf(spec.output())));
        settings.add(new Setting("optimizer", described(trainer.training().optimizer())));
        settings.add(new Setting("learning-rate schedule", described(trainer.schedule())));
        settings.add(new Setting("mini-batch", Integer.toString(trainer.miniBatchSize())));
        settings.add(new Setting("seed", Long.toString(trainer.training().seed())));
        settings.add(new Setting(
                "records",
                number(status.trained()) + " to learn, " + number(status.heldOut()) + " to compare versions on"));
        settings.add(
                trainer.epochs() == null
                        ? new Setting(
                                "replay",
                                String.format(
                                        Locale.ROOT,
                                        "%.1f %% of each mini-batch",
                                        100 * trainer.replay().share()))
                        : new Setting("epochs", Integer.toString(status.epochs().size())));
        settings.add(new Setting("versions published", Long.toString(status.versionsPublished())));
        if (test.total() > 0) {
            settings.add(new Setting(
                    "test accuracy of the served model",
                    String.format(
                            Locale.ROOT,
                            "%.2f %% (%d of %d)",
                            100 * test.evaluation().accuracy(),
                            test.correct(),
                            test.total())));
            settings.add(new Setting(
                    "test loss",
                    String.format(Locale.ROOT, "%.4f", test.evaluation().loss())));
        }
        settings.add(new Setting("wall time", String.format(Locale.ROOT, "%.0f s", wallSeconds)));
        return settings;
    }

    /** {@code Adam[learningRate=0.001, beta1=0.9]} as {@code adam, learning rate 0.001, beta1 0.9}. */
    static String described(Object settings) {
        return CAMEL_CASE
                .matcher(settings.toString())
                .replaceAll(" $1")
                .toLowerCase(Locale.ROOT)
                .replace("[]", "")
                .replace("[", ", ")
                .replace("]", "")
                .replace('=', ' ');
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
