package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.freshet.core.config.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A multilayer perceptron: hidden layers, then what makes probabilities of the classes.
 *
 * @param input what goes in
 * @param hidden hidden layers in order, may be empty
 * @param classes names of the classes in index order, at least 2
 * @param output the last layer and its loss; softmax where nobody says
 */
public record ModelSpec(
        InputSpec input,
        List<LayerSpec> hidden,
        List<String> classes,
        @Nullable Output output) {
    /** As floats just below the 2 GiB that one Java array of bytes can hold: a version is handled as one. */
    private static final long MOST_PARAMETERS = 500_000_000;

    @JsonCreator
    public ModelSpec {
        requireNonNull(input, "input");
        hidden = List.copyOf(hidden);
        classes = List.copyOf(classes);
        // Manifests from before there was a choice do not say.
        output = output == null ? Output.SOFTMAX : output;
        if (classes.size() < 2) {
            throw new IllegalArgumentException("classes must be at least 2, was " + classes);
        }
        if (classes.stream().distinct().count() != classes.size()) {
            throw new IllegalArgumentException("classes must have different names, was " + classes);
        }
        if (output == Output.SIGMOID && classes.size() != 2) {
            throw new IllegalArgumentException("output sigmoid tells 2 classes apart, classes were " + classes);
        }
        long parameters = parameters(input, hidden, output.units(classes.size()));
        if (parameters > MOST_PARAMETERS) {
            throw new IllegalArgumentException(
                    "the model must have at most " + MOST_PARAMETERS + " parameters, has " + parameters);
        }
    }

    /** With a softmax. */
    public ModelSpec(InputSpec input, List<LayerSpec> hidden, List<String> classes) {
        this(input, hidden, classes, Output.SOFTMAX);
    }

    @Override
    public Output output() {
        return requireNonNull(output);
    }

    private static long parameters(InputSpec input, List<LayerSpec> hidden, int outputs) {
        long parameters = 0;
        long inputs = input.size();
        for (LayerSpec layer : hidden) {
            parameters += (inputs + 1) * layer.units() + (layer.batchNorm() == null ? 0 : 4L * layer.units());
            inputs = layer.units();
        }
        return parameters + (inputs + 1) * outputs;
    }

    /** Classes named by their index. */
    public static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Units of the last layer: one a class, or a single one for {@link Output#SIGMOID}. */
    public int outputs() {
        return output().units(classes.size());
    }

    /** Layer sizes from the inputs to the last layer. */
    public int[] sizes() {
        return IntStream.concat(
                        IntStream.concat(
                                IntStream.of(input.size()), hidden.stream().mapToInt(LayerSpec::units)),
                        IntStream.of(outputs()))
                .toArray();
    }

    /**
     * Every tensor by name, with its shape, in order: {@code layers.0.weight [out, in]}, {@code layers.0.bias [out]}, then,
     * with batch normalisation, {@code norms.0.weight}, {@code .bias}, {@code .running_mean} and {@code .running_var}, each
     * {@code [out]}, …, as a PyTorch {@code state_dict} has them.
     */
    public Map<String, List<Integer>> parameterShapes() {
        int[] sizes = sizes();
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            shapes.put("layers." + layer + ".weight", List.of(sizes[layer + 1], sizes[layer]));
            shapes.put("layers." + layer + ".bias", List.of(sizes[layer + 1]));
            if (layer < hidden.size() && hidden.get(layer).batchNorm() != null) {
                for (String tensor : BatchNorm.TENSORS) {
                    shapes.put("norms." + layer + "." + tensor, List.of(sizes[layer + 1]));
                }
            }
        }
        return shapes;
    }

    /** How people write it: {@code 784-256-10}. */
    public String summary() {
        return String.join(
                "-", IntStream.of(sizes()).mapToObj(Integer::toString).toList());
    }

    /**
     * Reads the section {@code model}.
     *
     * @param otherwise what holds where the section says nothing, such as what a data set suggests
     */
    public static ModelSpec from(Config config, ModelSpec otherwise) {
        InputSpec input = inputFrom(config, otherwise.input());
        List<LayerSpec> hidden = new ArrayList<>();
        for (Config layer : config.sections("hidden")) {
            hidden.add(LayerSpec.from(layer));
        }
        if (!config.has("hidden")) {
            hidden.addAll(otherwise.hidden());
        }
        List<String> classes = classesFrom(config, otherwise.classes());
        Output output = config.oneOf("output", otherwise.output());
        if (output == Output.SIGMOID && classes.size() != 2) {
            config.problem(
                    "output",
                    Config.nameOf(output),
                    "must be softmax or log-softmax for " + classes.size() + " classes (sigmoid tells 2 apart)");
            return otherwise;
        }
        try {
            return new ModelSpec(input, hidden, classes, output);
        } catch (IllegalArgumentException e) {
            config.problem("hidden", hidden, "is wrong: " + e.getMessage());
            return otherwise;
        }
    }

    private static InputSpec inputFrom(Config config, InputSpec otherwise) {
        Config section = config.section("input");
        List<Double> shape = section.numbers(
                "shape", otherwise.shape().stream().map(Integer::doubleValue).toList());
        List<Double> mean = section.numbers("mean", otherwise.mean());
        List<Double> std = section.numbers("std", otherwise.std());
        boolean resized = section.flag("resize", otherwise.resize() == Resize.BILINEAR);
        try {
            if (shape.stream().anyMatch(size -> size != Math.rint(size))) {
                throw new IllegalArgumentException("input.shape must hold whole numbers");
            }
            return new InputSpec(
                    shape.stream().map(Double::intValue).toList(),
                    ofChannels(shape, mean),
                    ofChannels(shape, std),
                    resized ? Resize.BILINEAR : Resize.REFUSE);
        } catch (IllegalArgumentException e) {
            config.problem(
                    "input",
                    "{shape: " + shape + ", mean: " + mean + ", std: " + std + ", resize: " + resized + "}",
                    "is wrong: " + e.getMessage());
            return otherwise;
        }
    }

    /** One value holds for all channels, so that one file fits grey images and those in colour. */
    private static List<Double> ofChannels(List<Double> shape, List<Double> values) {
        boolean colour = shape.size() == 3 && shape.get(0) == 3;
        return colour && values.size() == 1 ? Collections.nCopies(3, values.get(0)) : values;
    }

    /** Either a number of classes or the list of their names. */
    private static List<String> classesFrom(Config config, List<String> otherwise) {
        if (!config.has("classes")) {
            config.ignore("classes");
            return otherwise;
        }
        if (config.isList("classes")) {
            List<String> names = config.texts("classes", otherwise);
            if (names.size() >= 2 && names.stream().distinct().count() == names.size()) {
                return names;
            }
            config.problem("classes", names, "must name at least 2 different classes");
            return otherwise;
        }
        return numbered(config.integer("classes", otherwise.size(), 2, 100_000));
    }
}
