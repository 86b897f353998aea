package dev.freshet.engine.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.protocol.onnx.GraphProto;
import dev.freshet.protocol.onnx.ModelProto;
import dev.freshet.protocol.onnx.OperatorSetIdProto;
import dev.freshet.protocol.onnx.StringStringEntryProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A version as an ONNX graph that takes what FP32 clients send to the server and gives what the server answers: it
 * normalises the features itself, in the order of operations of {@link InputSpec#normalise}. Stateless.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/Operators.md">the operators</a>
 */
public final class OnnxModel {
    /** Name of the input, {@code [batch, features]}: the server's. */
    public static final String INPUT = "input";

    /** Name of the output, {@code [batch, classes]}: the server's. */
    public static final String OUTPUT = "probabilities";

    /** Of ONNX 1.12, from 2022: whatever is newer reads it, too. */
    private static final int FORMAT = 8;

    private static final int OPERATORS = 17;

    private OnnxModel() {}

    /** The file's bytes; equal snapshots give equal bytes. */
    public static byte[] encode(Snapshot snapshot) {
        return model(snapshot).toByteArray();
    }

    private static ModelProto model(Snapshot snapshot) {
        Manifest manifest = snapshot.manifest();
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(FORMAT)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS))
                .setProducerName("freshet")
                .setModelVersion(manifest.version())
                .setDocString(description(manifest))
                .setGraph(graph(snapshot));
        metadata(manifest)
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private static String description(Manifest manifest) {
        return "Model " + manifest.model() + ", version " + manifest.version() + ": a multilayer perceptron "
                + manifest.spec().summary() + " that Freshet has learned.";
    }

    /** Lists as JSON arrays: a class may be called anything. */
    private static Map<String, String> metadata(Manifest manifest) {
        ModelSpec spec = manifest.spec();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", manifest.model());
        metadata.put("version", Long.toString(manifest.version()));
        metadata.put("created_at", manifest.createdAt().toString());
        metadata.put("classes", json(spec.classes()));
        metadata.put("input_shape", json(spec.input().shape()));
        metadata.put("safetensors_sha256", manifest.sha256());
        return metadata;
    }

    private static String json(List<?> values) {
        return new String(SnapshotCodec.toJson(values), UTF_8);
    }

    private static GraphProto graph(Snapshot snapshot) {
        ModelSpec spec = snapshot.spec();
        Graph graph = new Graph();
        snapshot.weights().fitTo(spec).tensors().forEach(graph::constant);
        String values = normalised(graph, spec.input());
        for (int layer = 0; layer < spec.hidden().size(); layer++) {
            values = hidden(graph, layer, spec.hidden().get(layer), values);
        }
        String logits = dense(graph, spec.hidden().size(), values);
        probabilities(graph, spec.output(), logits);
        return graph.build(
                snapshot.manifest().model(),
                inputDescription(spec.input()),
                spec.input().size(),
                spec.classes().size());
    }

    private static String inputDescription(InputSpec input) {
        String normalisation = input.mean().isEmpty() && input.std().isEmpty()
                ? "The model does not normalise them."
                : "The graph normalises them by channel: it subtracts the mean "
                        + (input.mean().isEmpty() ? "0" : input.mean()) + " and divides by the standard deviation "
                        + (input.std().isEmpty() ? "1" : input.std()) + ", so the caller must not.";
        return "Takes what FP32 clients send to Freshet's server, one example of shape " + input.shape()
                + " a row, flattened in that order; pixels of 0 to 255 are divided by 255 before. " + normalisation
                + " Gives the probability of each class.";
    }

    /** A channel's mean and deviation for each of its features, since the rows are flat. */
    private static String normalised(Graph graph, InputSpec input) {
        String values = INPUT;
        if (!input.mean().isEmpty() || !input.std().isEmpty()) {
            graph.constant(byFeature("input.mean", input, input.mean(), 0));
            graph.constant(byFeature("input.std", input, input.std(), 1));
            values = graph.apply("centred", "Sub", values, "input.mean");
            values = graph.apply("normalised", "Div", values, "input.std");
        }
        return values;
    }

    private static NamedTensor byFeature(String name, InputSpec input, List<Double> byChannel, float otherwise) {
        float[] values = new float[input.size()];
        int plane = input.size() / input.channels();
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    byChannel.isEmpty() ? otherwise : byChannel.get(i / plane).floatValue();
        }
        return new NamedTensor(name, List.of(values.length), values);
    }

    private static String hidden(Graph graph, int layer, LayerSpec spec, String values) {
        String sums = dense(graph, layer, values);
        BatchNorm batchNorm = spec.batchNorm();
        if (batchNorm != null) {
            String norm = "norms." + layer;
            sums = graph.apply(
                    norm,
                    "BatchNormalization",
                    List.of(sums, norm + ".weight", norm + ".bias", norm + ".running_mean", norm + ".running_var"),
                    Graph.attribute("epsilon", (float) batchNorm.epsilon()));
        }
        return activated(graph, "activations." + layer, spec, sums);
    }

    private static String dense(Graph graph, int layer, String values) {
        String name = "layers." + layer;
        return graph.apply(
                name, "Gemm", List.of(values, name + ".weight", name + ".bias"), Graph.attribute("transB", 1));
    }

    /** GELU, swish and mish from simpler operators: this opset has none of them, or not this form. */
    private static String activated(Graph graph, String name, LayerSpec spec, String x) {
        return switch (spec.activation()) {
            case RELU -> graph.apply(name, "Relu", x);
            case SIGMOID -> graph.apply(name, "Sigmoid", x);
            case TANH -> graph.apply(name, "Tanh", x);
            case ELU -> graph.apply(name, "Elu", List.of(x), Graph.attribute("alpha", (float) spec.alpha()));
            case LEAKY_RELU ->
                graph.apply(name, "LeakyRelu", List.of(x), Graph.attribute("alpha", (float) spec.alpha()));
            case GELU -> gelu(graph, name, x);
            case SWISH -> graph.apply(name, "Mul", x, graph.apply(name + ".sigmoid", "Sigmoid", x));
            case MISH -> {
                String softplus = graph.apply(name + ".softplus", "Softplus", x);
                yield graph.apply(name, "Mul", x, graph.apply(name + ".tanh", "Tanh", softplus));
            }
        };
    }

    /** ½ x (1 + tanh(√(2/π) x (1 + 0.044715 x²))). */
    private static String gelu(Graph graph, String name, String x) {
        String one = graph.constant(name + ".one", 1);
        String square = graph.apply(name + ".square", "Mul", x, x);
        String cubicShare = graph.apply(name + ".cubic", "Mul", square, graph.constant(name + ".factor", 0.044715f));
        String growth = graph.apply(name + ".growth", "Add", cubicShare, one);
        String scaled =
                graph.apply(name + ".scaled", "Mul", x, graph.constant(name + ".root", (float) Math.sqrt(2 / Math.PI)));
        String tanh = graph.apply(name + ".tanh", "Tanh", graph.apply(name + ".argument", "Mul", scaled, growth));
        String half = graph.apply(name + ".halved", "Mul", x, graph.constant(name + ".half", 0.5f));
        return graph.apply(name, "Mul", half, graph.apply(name + ".gate", "Add", tanh, one));
    }

    /** The sigmoid of ±z rather than p and 1 - p, which would round a small probability of class 0 to 0. */
    private static void probabilities(Graph graph, Output output, String logits) {
        switch (output) {
            case SOFTMAX, LOG_SOFTMAX -> graph.apply(OUTPUT, "Softmax", List.of(logits), Graph.attribute("axis", 1));
            case SIGMOID -> {
                String opposite = graph.apply("opposite", "Neg", logits);
                String both = graph.apply("logits", "Concat", List.of(opposite, logits), Graph.attribute("axis", 1));
                graph.apply(OUTPUT, "Sigmoid", both);
            }
        }
    }
}
