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
import dev.freshet.core.model.OptimizerSpec;
import dev.freshet.core.model.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** One training run that PyTorch made: {@code reference-losses.json}, written by {@code src/test/python}. */
final class PyTorchCase {
    private final JsonNode data;
    private final JsonNode run;

    private PyTorchCase(JsonNode data, JsonNode run) {
        this.data = data;
        this.run = run;
    }

    static PyTorchCase read(String name) throws IOException {
        try (InputStream file = PyTorchCase.class.getResourceAsStream("/reference-losses.json")) {
            JsonNode all = new ObjectMapper().readTree(file);
            JsonNode run = StreamSupport.stream(all.get("cases").spliterator(), false)
                    .filter(each -> each.get("name").asText().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no case " + name));
            return new PyTorchCase(all.get("data"), run);
        }
    }

    ModelSpec spec() {
        List<LayerSpec> hidden = new ArrayList<>();
        for (JsonNode layer : run.get("net").get("hidden")) {
            Activation activation = StreamSupport.stream(
                            List.of(Activation.values()).spliterator(), false)
                    .filter(each ->
                            Config.nameOf(each).equals(layer.get("activation").asText()))
                    .findFirst()
                    .orElseThrow();
            hidden.add(new LayerSpec(layer.get("units").asInt(), activation));
        }
        return new ModelSpec(
                InputSpec.point(run.get("net").get("inputs").asInt()),
                hidden,
                ModelSpec.numbered(run.get("net").get("outputs").asInt()));
    }

    OptimizerSpec optimizer() {
        JsonNode optimizer = run.get("optimizer");
        double learningRate = optimizer.get("learningRate").asDouble();
        return switch (optimizer.get("type").asText()) {
            case "sgd" -> new OptimizerSpec.Sgd(learningRate);
            case "adam" ->
                new OptimizerSpec.Adam(
                        learningRate,
                        optimizer.get("beta1").asDouble(),
                        optimizer.get("beta2").asDouble(),
                        optimizer.get("epsilon").asDouble());
            default -> throw new IllegalArgumentException("optimizer " + optimizer);
        };
    }

    Weights initialWeights() {
        List<NamedTensor> tensors = new ArrayList<>();
        for (JsonNode tensor : run.get("initial")) {
            List<Integer> shape = new ArrayList<>();
            tensor.get("shape").forEach(length -> shape.add(length.asInt()));
            tensors.add(new NamedTensor(tensor.get("name").asText(), shape, floats(tensor.get("values"))));
        }
        return new Weights(tensors);
    }

    /** Those of all steps, in order. */
    List<MiniBatch> miniBatches() {
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
    List<Double> losses() {
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
