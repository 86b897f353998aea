package dev.freshet.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.core.config.Config;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.OptimizerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

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

    /** Whether it is one that a spec can describe so far. */
    public boolean isDescribable() {
        JsonNode training = run.get("training");
        return run.get("net").get("batchNorm").isNull()
                && !run.get("net").get("output").asText().equals("sigmoid-bce")
                && training.get("accumulate").asInt() == 1
                && training.get("l1").asDouble() == 0
                && training.get("clipNorm").isNull()
                && training.get("clipValue").isNull()
                && training.get("schedule").isNull()
                && (run.get("optimizer").get("decaysBiases").asBoolean()
                        || run.get("optimizer").get("weightDecay").asDouble() == 0);
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
            hidden.add(new LayerSpec(layer.get("units").asInt(), activation, alpha, 0));
        }
        return new ModelSpec(
                InputSpec.point(run.get("net").get("inputs").asInt()),
                hidden,
                ModelSpec.numbered(run.get("net").get("outputs").asInt()));
    }

    public OptimizerSpec optimizer() {
        JsonNode optimizer = run.get("optimizer");
        double rate = number("learningRate");
        double decay = number("weightDecay");
        return switch (optimizer.get("type").asText()) {
            case "sgd" -> new OptimizerSpec.Sgd(rate, decay);
            case "momentum" -> new OptimizerSpec.Momentum(rate, number("momentum"), number("dampening"), false, decay);
            case "nesterov" -> new OptimizerSpec.Momentum(rate, number("momentum"), true, decay);
            case "adam" ->
                new OptimizerSpec.Adam(rate, number("beta1"), number("beta2"), number("epsilon"), decay, false);
            case "adamw" ->
                new OptimizerSpec.AdamW(rate, number("beta1"), number("beta2"), number("epsilon"), decay, false);
            case "rmsprop" ->
                new OptimizerSpec.RmsProp(rate, number("alpha"), number("epsilon"), number("momentum"), false, decay);
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
        List<MiniBatch> miniBatches = new ArrayList<>();
        for (int step = 0; step < run.get("training").get("miniBatches").asInt(); step++) {
            MiniBatch miniBatch = new MiniBatch(size, spec().input().size());
            int first = step * size % data.get("features").size();
            for (int i = first; i < first + size; i++) {
                miniBatch.add(new Example(
                        "e" + i,
                        floats(data.get("features").get(i)),
                        data.get("labels").get(i).asInt(),
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

    private static float[] floats(JsonNode values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }
}
