package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.Network;
import dev.freshet.engine.Textbook;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients against finite differences of a loss in double precision, for everything that a gradient goes through. */
class GradientTest {
    static Stream<Arguments> nets() {
        List<Arguments> nets = new ArrayList<>();
        for (Activation activation : Activation.values()) {
            double alpha = activation.hasAlpha() ? 0.3 : 0;
            LayerSpec layer = new LayerSpec(7, activation, alpha, 0);
            nets.add(Arguments.of("activation " + activation, spec(Output.SOFTMAX, layer, layer), plain()));
        }
        LayerSpec tanh = new LayerSpec(7, Activation.TANH);
        for (Output output : Output.values()) {
            nets.add(Arguments.of("output " + output, spec(output, tanh), plain()));
            nets.add(Arguments.of("output " + output + " alone", spec(output), plain()));
        }
        ModelSpec softmax = spec(Output.SOFTMAX, tanh, tanh);
        nets.add(Arguments.of("L1", softmax, training(0.02, 0, true)));
        nets.add(Arguments.of("L2", softmax, training(0, 0.05, true)));
        nets.add(Arguments.of("L2 of weights only", softmax, training(0, 0.05, false)));
        nets.add(Arguments.of("L1 and L2", spec(Output.SIGMOID, tanh), training(0.02, 0.05, false)));
        for (Activation activation : List.of(Activation.RELU, Activation.GELU)) {
            LayerSpec layer = new LayerSpec(7, activation, 0, 0, BatchNorm.DEFAULT);
            nets.add(Arguments.of("batch norm, " + activation, spec(Output.SOFTMAX, layer, layer), plain()));
            nets.add(Arguments.of("batch norm, L2", spec(Output.SIGMOID, layer), training(0.02, 0.05, true)));
        }
        return nets.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nets")
    void stepsAgainstTheGradientThatFiniteDifferencesGive(String name, ModelSpec spec, TrainingSpec training) {
        for (int size : new int[] {9, 1}) {
            // Given: one step of plain SGD with η = 1 moves each parameter by its gradient
            MiniBatch miniBatch = MiniBatches.random(spec, 1, size, 0).get(0);
            Weights before = disturbed(FreshWeights.of(spec, training));

            // When
            double loss;
            Weights after;
            try (Network network = new CpuEngine().restore(spec, training, before)) {
                loss = network.train(miniBatch).loss();
                after = network.weights();
            }

            // Then
            Textbook textbook = new Textbook(spec, before);
            assertThat(loss).isCloseTo(textbook.loss(miniBatch), within(1e-6));
            for (int t = 0; t < before.tensors().size(); t++) {
                NamedTensor tensor = before.tensors().get(t);
                for (int i = 0; i < tensor.values().length && !tensor.name().contains(".running_"); i++) {
                    double w = tensor.values()[i];
                    double expected = textbook.slope(tensor.name(), i, miniBatch) + penalty(training, tensor.name(), w);
                    assertThat(w - after.tensors().get(t).values()[i])
                            .as("%s[%d] of %d", tensor.name(), i, size)
                            .isCloseTo(expected, within(3e-6));
                }
            }
        }
    }

    /** A normalisation that has learned something before. */
    private static Weights disturbed(Weights weights) {
        Random random = new Random(5);
        return new Weights(weights.tensors().stream()
                .map(tensor -> {
                    float[] values = tensor.values().clone();
                    for (int i = 0; i < values.length && tensor.name().startsWith("norms."); i++) {
                        values[i] += random.nextFloat() / 2;
                    }
                    return new NamedTensor(tensor.name(), tensor.shape(), values);
                })
                .toList());
    }

    private static double penalty(TrainingSpec training, String tensor, double w) {
        boolean isWeight = tensor.startsWith("layers.") && tensor.endsWith(".weight");
        double l1 = isWeight ? training.l1() * Math.signum(w) : 0;
        double l2 = isWeight || training.decaysBiases() ? training.optimizer().weightDecay() * w : 0;
        return l1 + l2;
    }

    private static TrainingSpec plain() {
        return training(0, 0, true);
    }

    private static TrainingSpec training(double l1, double l2, boolean decaysBiases) {
        Initialisation initialisation = new Initialisation(Initialisation.Scheme.TORCH_LINEAR, 0);
        return new TrainingSpec(
                new OptimizerSpec.Sgd(1, l2), decaysBiases, l1, GradientClipping.NONE, 1, initialisation, 3);
    }

    private static ModelSpec spec(Output output, LayerSpec... hidden) {
        int classes = output == Output.SIGMOID ? 2 : 3;
        return new ModelSpec(InputSpec.point(5), List.of(hidden), ModelSpec.numbered(classes), output);
    }
}
