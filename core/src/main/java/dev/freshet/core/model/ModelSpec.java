package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A multilayer perceptron: hidden layers, then a softmax over the classes, trained on cross-entropy.
 *
 * @param input what goes in
 * @param hidden hidden layers in order, may be empty
 * @param classes names of the classes in index order, at least 2
 */
public record ModelSpec(InputSpec input, List<LayerSpec> hidden, List<String> classes) {
    /** As floats just below the 2 GiB that one Java array of bytes can hold: a version is handled as one. */
    private static final long MOST_PARAMETERS = 500_000_000;

    public ModelSpec {
        requireNonNull(input, "input");
        hidden = List.copyOf(hidden);
        classes = List.copyOf(classes);
        if (classes.size() < 2) {
            throw new IllegalArgumentException("classes must be at least 2, was " + classes);
        }
        if (classes.stream().distinct().count() != classes.size()) {
            throw new IllegalArgumentException("classes must have different names, was " + classes);
        }
        long parameters = parameters(input, hidden, classes.size());
        if (parameters > MOST_PARAMETERS) {
            throw new IllegalArgumentException(
                    "the model must have at most " + MOST_PARAMETERS + " parameters, has " + parameters);
        }
    }

    private static long parameters(InputSpec input, List<LayerSpec> hidden, int classes) {
        long parameters = 0;
        long inputs = input.size();
        for (LayerSpec layer : hidden) {
            parameters += (inputs + 1) * layer.units();
            inputs = layer.units();
        }
        return parameters + (inputs + 1) * classes;
    }

    /** Classes named by their index. */
    public static List<String> numbered(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }

    /** Layer sizes from the inputs to the classes. */
    public int[] sizes() {
        return IntStream.concat(
                        IntStream.concat(
                                IntStream.of(input.size()), hidden.stream().mapToInt(LayerSpec::units)),
                        IntStream.of(classes.size()))
                .toArray();
    }

    /**
     * Every trained tensor by name, with its shape, in order: {@code layers.0.weight [out, in]},
     * {@code layers.0.bias [out]}, …, as a PyTorch {@code state_dict} has them.
     */
    public Map<String, List<Integer>> parameterShapes() {
        int[] sizes = sizes();
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            shapes.put("layers." + layer + ".weight", List.of(sizes[layer + 1], sizes[layer]));
            shapes.put("layers." + layer + ".bias", List.of(sizes[layer + 1]));
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
        try {
            return new ModelSpec(input, hidden, classes);
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
        try {
            if (shape.stream().anyMatch(size -> size != Math.rint(size))) {
                throw new IllegalArgumentException("input.shape must hold whole numbers");
            }
            return new InputSpec(shape.stream().map(Double::intValue).toList(), mean, std);
        } catch (IllegalArgumentException e) {
            config.problem(
                    "input",
                    "{shape: " + shape + ", mean: " + mean + ", std: " + std + "}",
                    "is wrong: " + e.getMessage());
            return otherwise;
        }
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
