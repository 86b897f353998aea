package dev.freshet.bench.drift;

import dev.freshet.bench.report.Row;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.drift.DetectorSpec.AdwinSpec;
import dev.freshet.core.drift.DriftDetector;
import dev.freshet.core.drift.DriftDetector.Change;
import dev.freshet.core.drift.DriftResponse;
import dev.freshet.core.drift.Reaction;
import dev.freshet.core.evaluation.Prequential;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Network;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.ingest.drift.DriftScript;
import dev.freshet.ingest.drift.ScriptedDrift;
import dev.freshet.ingest.source.ImageSource;
import dev.freshet.ingest.source.LabelledImage;
import dev.freshet.ingest.source.SourceSpec;
import dev.freshet.ingest.source.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A network learns drawn digits, which drift in the middle of the stream, with and without a reaction. */
public final class ReactionBenchmark {
    private static final int MINI_BATCH = 64;
    private static final int WINDOW = 1_000;

    /** Below the accuracy before a drift: some two standard deviations of what a window shows. */
    private static final double TOLERANCE = 0.01;

    private static final List<String> DRIFTS = List.of(
            "label-swap:3,5@%d",
            "class-arrival:7@%d", "rotation:90@%d", "rotation:90@%d-%d", "noise:0.3@%d", "inversion@%d");

    private final long records;
    private final Map<String, OptimizerSpec> optimizers = new LinkedHashMap<>();
    private final PrintWriter out;
    private final Engine engine = CpuEngine.withThreads(1);
    private final ImageSource digits;
    private final List<LabelledImage> drawn = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param records of each stream, at least 10 000; the drift begins after half of them, and one that grows does so for a
     *     fifth of them
     * @param optimizers of {@code adam} and {@code sgd}
     * @param out gets a table while it grows
     * @throws IOException never, as digits are drawn
     */
    public ReactionBenchmark(long records, List<String> optimizers, PrintWriter out) throws IOException {
        if (records < 10_000) {
            throw new IllegalArgumentException("--records must be at least 10000, was " + records);
        }
        for (String name : optimizers) {
            switch (name) {
                case "adam" -> this.optimizers.put("adam 0.002", OptimizerSpec.adam(0.002));
                case "sgd" -> this.optimizers.put("sgd 0.05", new OptimizerSpec.Sgd(0.05));
                default -> throw new IllegalArgumentException("--optimizers: \"" + name + "\" is neither adam nor sgd");
            }
        }
        this.records = records;
        this.out = out;
        this.digits = SourceSpec.parse("digits:3").open(Split.TRAIN);
    }

    /** Runs for some minutes with the defaults of the command. */
    public List<Row> run() {
        Map<String, Reaction> reactions = new LinkedHashMap<>();
        reactions.put("none", new Reaction.None());
        reactions.put("rewarm", new Reaction.Rewarm(3, 500));
        long middle = records / 2;
        optimizers.forEach((optimizer, spec) -> {
            Course calm = learn(spec, List.of(), new Reaction.None());
            report(optimizer + ", no drift, none", calm, calm);
            for (String form : DRIFTS) {
                String drift = String.format(Locale.ROOT, form, middle, middle + records / 5);
                reactions.forEach((name, reaction) -> report(
                        optimizer + ", " + drift + ", " + name,
                        learn(spec, List.of(ScriptedDrift.parse(drift)), reaction),
                        calm));
            }
        });
        return List.copyOf(rows);
    }

    /** How a network comes through a drift after half of its records. */
    private static final class Course {
        private final long middle;
        private double before;
        private double lowest = 1;
        private double foundAfter = Double.POSITIVE_INFINITY;
        private double recoveredAfter;
        private int alarms;
        private long errors;

        Course(long middle) {
            this.middle = middle;
        }

        /** @param number of the record, from 1 */
        void answered(long number, boolean error, boolean alarm) {
            boolean after = number > middle;
            errors += error && after ? 1 : 0;
            alarms += alarm ? 1 : 0;
            if (alarm && after) {
                foundAfter = Math.min(foundAfter, (double) (number - middle));
            }
        }

        /** @param accuracy over the window, up to the record of that number */
        void window(long number, double accuracy) {
            boolean asBefore = accuracy >= before - TOLERANCE;
            if (number <= middle) {
                before = accuracy;
            } else if (accuracy < lowest) {
                lowest = accuracy;
                recoveredAfter = asBefore ? 0 : Double.POSITIVE_INFINITY;
            } else if (asBefore) {
                recoveredAfter = Math.min(recoveredAfter, (double) (number - middle));
            }
        }
    }

    private Course learn(OptimizerSpec optimizer, List<ScriptedDrift> drifts, Reaction reaction) {
        ModelSpec model = new ModelSpec(
                InputSpec.image(1, 28, 28), List.of(new LayerSpec(128, Activation.RELU)), ModelSpec.numbered(10));
        DriftScript script = DriftScript.of(drifts, digits, 1);
        DriftDetector detector = AdwinSpec.DEFAULT.create().orElseThrow();
        DriftResponse response = new DriftResponse(reaction);
        Prequential prequential = new Prequential(10, WINDOW);
        MiniBatch miniBatch = new MiniBatch(MINI_BATCH, model.input().size());
        float[] probabilities = new float[MINI_BATCH * 10];
        Course course = new Course(records / 2);
        long steps = 0;
        long number = 0;
        try (Network network = engine.create(model, TrainingSpec.of(optimizer, 1))) {
            for (int i = 0; number < records; i++) {
                LabelledImage image = script.apply(digit(i), number);
                if (image == null) {
                    continue;
                }
                number++;
                miniBatch.add(example(image, model.input()));
                if (!miniBatch.isFull()) {
                    continue;
                }
                network.setLearningRate(optimizer.learningRate() * response.learningRateFactor(steps));
                network.testThenTrain(miniBatch, probabilities);
                prequential.observe(probabilities, miniBatch.labels(), MINI_BATCH);
                miniBatch.clear();
                steps++;
                for (int row = 0; row < MINI_BATCH; row++) {
                    boolean error = !prequential.isHit(row);
                    boolean alarm = detector.observe(error) == Change.RISE;
                    course.answered(number - MINI_BATCH + row + 1, error, alarm);
                    if (alarm) {
                        response.drifted(steps);
                    }
                }
                course.window(number, prequential.window().orElseThrow().accuracy());
            }
        }
        return course;
    }

    private LabelledImage digit(int index) {
        if (index == drawn.size()) {
            drawn.add(digits.get(index));
        }
        return drawn.get(index);
    }

    private static Example example(LabelledImage image, InputSpec input) {
        float[] features = new float[input.size()];
        input.scaleBytes(image.pixels(), features);
        return new Example(image.id(), features, image.label(), 0);
    }

    /** @param calm without drift */
    private void report(String name, Course course, Course calm) {
        out.printf(
                Locale.ROOT,
                "%-48s %.3f, then %.3f; found after %s, recovered after %s records; %2d alarms, %,d more errors than without drift%n",
                name,
                course.before,
                course.lowest,
                text(course.foundAfter),
                text(course.recoveredAfter),
                course.alarms,
                course.errors - calm.errors);
        out.flush();
        rows.add(Row.alone(name + ", more errors", (double) (course.errors - calm.errors), "examples"));
        if (Double.isFinite(course.foundAfter)) {
            rows.add(Row.alone(name + ", found after", course.foundAfter, "records"));
        }
        if (Double.isFinite(course.recoveredAfter)) {
            rows.add(Row.alone(name + ", recovered after", course.recoveredAfter, "records"));
        }
    }

    private static String text(double records) {
        return Double.isInfinite(records) ? "     –" : String.format(Locale.ROOT, "%,6.0f", records);
    }
}
