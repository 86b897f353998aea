package dev.freshet.bench.engine;

import dev.freshet.bench.peer.Workload;
import dev.freshet.bench.peer.Workload.Optimizer;
import dev.freshet.bench.peer.Workload.Rule;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.FreshWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A net and how it is trained, with ReLU, softmax and seed 1.
 *
 * @param name as {@code --configs} takes it
 * @param hidden units of each hidden layer
 * @param dropout after each hidden layer
 */
public record Configuration(
        String name, DataSet data, List<Integer> hidden, int miniBatch, Optimizer optimizer, double dropout) {
    private static final Optimizer ADAM = new Optimizer(Rule.ADAM, 0.001, 0, 0);

    /** Those that are trained. */
    public static final List<Configuration> TRAINED = List.of(
            new Configuration("a", DataSet.MNIST, List.of(512, 512), 20, new Optimizer(Rule.SGD, 0.1, 0, 0), 0.2),
            new Configuration("b", DataSet.MNIST, List.of(784, 16), 32, ADAM, 0),
            new Configuration("c", DataSet.MNIST, List.of(16), 20, ADAM, 0),
            new Configuration(
                    "d", DataSet.CIFAR_10, List.of(128), 256, new Optimizer(Rule.MOMENTUM, 0.01, 0.9, 0.0005), 0),
            new Configuration("e", DataSet.CIRCLES, List.of(64, 32), 32, ADAM, 0.2),
            new Configuration("f", DataSet.MNIST, List.of(256), 256, ADAM, 0));

    /** What serving benchmarks publish figures for: 28 000 parameters. */
    public static final Configuration CRAYFISH =
            new Configuration("crayfish", DataSet.MNIST, List.of(32, 32, 32), 32, ADAM, 0);

    /** Those that score. */
    public static final List<Configuration> SCORED = List.of(TRAINED.get(0), CRAYFISH);

    public Configuration {
        hidden = List.copyOf(hidden);
    }

    /**
     * One of {@link #TRAINED}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Configuration trained(String name) {
        return TRAINED.stream()
                .filter(configuration -> configuration.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("configuration \"" + name + "\" is none of "
                        + String.join(
                                ", ", TRAINED.stream().map(Configuration::name).toList())));
    }

    public ModelSpec model() {
        return new ModelSpec(
                data.input(),
                hidden.stream()
                        .map(units -> new LayerSpec(units, Activation.RELU, 0, dropout))
                        .toList(),
                ModelSpec.numbered(data.classes()));
    }

    public TrainingSpec training() {
        return TrainingSpec.of(spec(optimizer), 1);
    }

    /** As our engine calls an optimizer. */
    static OptimizerSpec spec(Optimizer optimizer) {
        return switch (optimizer.rule()) {
            case SGD -> new OptimizerSpec.Sgd(optimizer.learningRate(), optimizer.weightDecay());
            case MOMENTUM ->
                new OptimizerSpec.Momentum(
                        optimizer.learningRate(), optimizer.momentum(), false, optimizer.weightDecay());
            case ADAM -> OptimizerSpec.adam(optimizer.learningRate());
        };
    }

    /** With weights to begin with. */
    public Workload workload(ImageSet images) {
        List<NamedTensor> tensors = FreshWeights.of(model(), training()).tensors();
        return new Workload(
                model().sizes(),
                dropout,
                miniBatch,
                optimizer,
                values(tensors, ".weight"),
                values(tensors, ".bias"),
                images.features(),
                images.labels());
    }

    private static float[][] values(List<NamedTensor> tensors, String suffix) {
        return tensors.stream()
                .filter(tensor -> tensor.name().endsWith(suffix))
                .map(NamedTensor::values)
                .toArray(float[][]::new);
    }

    /** As tables show it: {@code 784-16-10, mini-batch 20, adam}. */
    public String description() {
        String sizes = String.join(
                "-", Arrays.stream(model().sizes()).mapToObj(Integer::toString).toList());
        return sizes + ", mini-batch " + miniBatch + ", "
                + optimizer.rule().name().toLowerCase(Locale.ROOT)
                + (dropout > 0 ? ", dropout " + dropout : "");
    }

    /**
     * Floating-point operations of one example's step where no input is 0: two for each weight forward, two for its
     * gradient, two for the slope of its input except in the first layer.
     */
    double denseFlops() {
        int[] sizes = model().sizes();
        double flops = 0;
        for (int layer = 0; layer + 1 < sizes.length; layer++) {
            flops += (layer == 0 ? 4.0 : 6.0) * sizes[layer] * sizes[layer + 1];
        }
        return flops;
    }
}
