package dev.freshet.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.core.config.Config;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.GradientClipping;
import dev.freshet.core.training.Initialisation;
import dev.freshet.core.training.LearningRate;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.Schedule;
import dev.freshet.core.training.Span;
import dev.freshet.core.training.TrainingSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One training run that PyTorch made: {@code reference-losses.json}, written by {@code src/test/python}. */
public final class PyTorchCase {
    private final JsonNode data;
    private final JsonNode run;

    private PyTorchCase(JsonNode data, JsonNode run) {
        this.data = data;
        this.run = run;
    }

    public static PyTorchCase read(String name) throws IOException {
        try (InputStream file = PyTorchCase.class.getResourceAsStream("/reference-losses.json")) {
            JsonNode all = new ObjectMapper().readTree(file);
            JsonNode run = StreamSupport.stream(all.get("cases").spliterator(), false)
                    .filter(each -> each.get("name").asText().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no case " + name));
            return new PyTorchCase(all.get("data"), run);
        }
    }

    /** Every case of these groups, by name. */
    public static List<String> names(String... groups) throws IOException {
        try (InputStream file = PyTorchCase.class.getResourceAsStream("/reference-losses.json")) {
            return StreamSupport.stream(
                            new ObjectMapper().readTree(file).get("cases").spliterator(), false)
                    .filter(run -> List.of(groups).contains(run.get("group").asText()))
                    .map(run -> run.get("name").asText())
                    .toList();
        }
    }

    public ModelSpec spec() {
        List<LayerSpec> hidden = new ArrayList<>();
        for (JsonNode layer : run.get("net").get("hidden")) {
            Activation activation = Arrays.stream(Activation.values())
                    .filter(each ->
                            Config.nameOf(each).equals(layer.get("activation").asText()))
                    .findFirst()
                    .orElseThrow();
            double alpha = layer.path("alpha").asDouble(activation.defaultAlpha());
            hidden.add(new LayerSpec(layer.get("units").asInt(), activation, alpha, 0, batchNorm()));
        }
        Output output = output();
        int outputs = run.get("net").get("outputs").asInt();
        return new ModelSpec(
                InputSpec.point(run.get("net").get("inputs").asInt()),
                hidden,
                ModelSpec.numbered(output == Output.SIGMOID ? 2 : outputs),
                output);
    }

    private @Nullable BatchNorm batchNorm() {
        JsonNode batchNorm = run.get("net").get("batchNorm");
        return batchNorm.isNull()
                ? null
                : new BatchNorm(
                        batchNorm.get("momentum").asDouble(),
                        batchNorm.get("epsilon").asDouble());
    }

    private Output output() {
        String output = run.get("net").get("output").asText();
        return switch (output) {
            case "softmax-cross-entropy" -> Output.SOFTMAX;
            case "log-softmax-nll" -> Output.LOG_SOFTMAX;
            case "sigmoid-bce" -> Output.SIGMOID;
            default -> throw new IllegalArgumentException("output " + output);
        };
    }

    public TrainingSpec training() {
        JsonNode training = run.get("training");
        return new TrainingSpec(
                optimizer(),
                run.get("optimizer").get("decaysBiases").asBoolean(),
                training.get("l1").asDouble(),
                new GradientClipping(bound(training.get("clipNorm")), bound(training.get("clipValue"))),
                training.get("accumulate").asInt(),
                Initialisation.DEFAULT,
                0);
    }

    private static double bound(JsonNode bound) {
        return bound.isNull() ? Double.POSITIVE_INFINITY : bound.asDouble();
    }

    /** Of each step. */
    public LearningRate learningRate() {
        return new LearningRate(number("learningRate"), schedule(), 0);
    }

    private Schedule schedule() {
        JsonNode schedule = run.get("training").get("schedule");
        if (schedule.isNull()) {
            return new Schedule.Constant();
        }
        return switch (schedule.get("type").asText()) {
            case "step" ->
                new Schedule.Step(
                        steps(schedule.get("every")), schedule.get("factor").asDouble());
            case "exponential" ->
                new Schedule.Exponential(
                        new Span(1, Span.Unit.STEPS), schedule.get("factor").asDouble());
            case "cosine" ->
                new Schedule.Cosine(
                        steps(schedule.get("warmUpSteps")),
                        steps(schedule.get("totalSteps")),
                        schedule.get("minimum").asDouble());
            default -> throw new IllegalArgumentException("schedule " + schedule);
        };
    }

    private static Span steps(JsonNode length) {
        return new Span(length.asDouble(), Span.Unit.STEPS);
    }

    /** Those that PyTorch took, one for each step; empty without a schedule. */
    public List<Double> learningRates() {
        List<Double> rates = new ArrayList<>();
        run.path("learningRates").forEach(rate -> rates.add(rate.asDouble()));
        return rates;
    }

    private OptimizerSpec optimizer() {
        JsonNode optimizer = run.get("optimizer");
        double rate = number("learningRate");
        double decay = number("weightDecay");
        boolean amsgrad = optimizer.path("amsgrad").asBoolean();
        return switch (optimizer.get("type").asText()) {
            case "sgd" -> new OptimizerSpec.Sgd(rate, decay);
            case "momentum" -> new OptimizerSpec.Momentum(rate, number("momentum"), number("dampening"), false, decay);
            case "nesterov" -> new OptimizerSpec.Momentum(rate, number("momentum"), true, decay);
            case "adam" ->
                new OptimizerSpec.Adam(rate, number("beta1"), number("beta2"), number("epsilon"), decay, amsgrad);
            case "adamw" ->
                new OptimizerSpec.AdamW(rate, number("beta1"), number("beta2"), number("epsilon"), decay, amsgrad);
            case "rmsprop" ->
                new OptimizerSpec.RmsProp(
                        rate,
                        number("alpha"),
                        number("epsilon"),
                        number("momentum"),
                        optimizer.get("centered").asBoolean(),
                        decay);
            case "adagrad" ->
                new OptimizerSpec.Adagrad(
                        rate, number("epsilon"), number("learningRateDecay"), number("initialAccumulatorValue"), decay);
            case "adadelta" -> new OptimizerSpec.Adadelta(rate, number("rho"), number("epsilon"), decay);
            default -> throw new IllegalArgumentException("optimizer " + optimizer);
        };
    }

    private double number(String parameter) {
        return run.get("optimizer").get(parameter).asDouble();
    }

    /** After the last step. */
    public Weights finalWeights() {
        return weights("final");
    }

    public Weights initialWeights() {
        return weights("initial");
    }

    private Weights weights(String key) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (JsonNode tensor : run.get(key)) {
            List<Integer> shape = new ArrayList<>();
            tensor.get("shape").forEach(length -> shape.add(length.asInt()));
            tensors.add(new NamedTensor(tensor.get("name").asText(), shape, floats(tensor.get("values"))));
        }
        return new Weights(tensors);
    }

    /** Those of all steps, in order. */
    public List<MiniBatch> miniBatches() {
        int size = run.get("training").get("miniBatchSize").asInt();
        JsonNode labels = data.get(output() == Output.SIGMOID ? "binaryLabels" : "labels");
        List<MiniBatch> miniBatches = new ArrayList<>();
        for (int step = 0; step < run.get("training").get("miniBatches").asInt(); step++) {
            MiniBatch miniBatch = new MiniBatch(size, spec().input().size());
            int first = step * size % data.get("features").size();
            for (int i = first; i < first + size; i++) {
                miniBatch.add(new Example(
                        "e" + i,
                        floats(data.get("features").get(i)),
                        labels.get(i).asInt(),
                        0));
            }
            miniBatches.add(miniBatch);
        }
        return miniBatches;
    }

    /** Before each step. */
    public List<Double> losses() {
        List<Double> losses = new ArrayList<>();
        run.get("losses").forEach(loss -> losses.add(loss.asDouble()));
        return losses;
    }

    /** Probabilities of the first mini-batch after the last step, {@code [size][classes]}. */
    public float[] predictions() {
        boolean ofClass1 = output() == Output.SIGMOID;
        int classes = spec().classes().size();
        float[] predictions = new float[run.get("predictions").size() * classes];
        int next = 0;
        for (JsonNode row : run.get("predictions")) {
            float[] probabilities = floats(row);
            if (ofClass1) {
                probabilities = new float[] {1 - probabilities[0], probabilities[0]};
            }
            System.arraycopy(probabilities, 0, predictions, next, classes);
            next += classes;
        }
        return predictions;
    }

    /** Whether PyTorch's number is more than rounding: a tensor's name, or {@code predictions}. */
    public boolean isComparable(String what) {
        return StreamSupport.stream(run.get("notComparable").spliterator(), false)
                .noneMatch(name -> name.asText().equals(what));
    }

    private static float[] floats(JsonNode values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }
}
