package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Output;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.GradientClipping;
import dev.freshet.core.training.Initialisation;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.Network;
import dev.freshet.engine.NetworkState;
import dev.freshet.engine.StepResult;
import dev.freshet.engine.StepResult.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Optimizers with all their options, accumulation, clipping and penalties, on dense inputs and on sparse ones. */
class TrainingOptionsTest {
    private static final Engine VECTOR = new CpuEngine(VectorKernels.create(), 1);
    private static final Engine SCALAR = new CpuEngine(new ScalarKernels(), 1);

    /** A bound that no gradient here reaches: the gradient is kept as a whole for nothing. */
    private static final GradientClipping OUT_OF_REACH = new GradientClipping(1e9, Double.POSITIVE_INFINITY);

    private static final List<OptimizerSpec> OPTIMIZERS = List.of(
            new OptimizerSpec.Sgd(0.1),
            new OptimizerSpec.Momentum(0.1, 0.9, 0.3, false, 0),
            new OptimizerSpec.Momentum(0.1, 0.9, true, 0),
            OptimizerSpec.adam(0.01),
            new OptimizerSpec.Adam(0.01, 0.9, 0.9, 1e-8, 0, true),
            new OptimizerSpec.RmsProp(0.01, 0.9, 1e-8, 0.5, true, 0),
            new OptimizerSpec.Adagrad(0.1, 1e-10, 0.1, 0.01, 0),
            new OptimizerSpec.Adadelta(1, 0.9, 1e-6, 0));

    static Stream<Arguments> optimizers() {
        return OPTIMIZERS.stream().flatMap(optimizer -> Stream.of(0, 0.9).map(zeros -> Arguments.of(optimizer, zeros)));
    }

    /** With everything that may happen to a gradient, in turn and together. */
    static Stream<Arguments> trainings() {
        List<Arguments> trainings = new ArrayList<>();
        for (double zeros : new double[] {0, 0.9}) {
            for (OptimizerSpec optimizer : OPTIMIZERS) {
                trainings.add(Arguments.of(training(optimizer, 0, GradientClipping.NONE, 1), zeros));
            }
            for (OptimizerSpec optimizer : List.of(
                    new OptimizerSpec.Sgd(0.1, 0.01),
                    new OptimizerSpec.Adam(0.01, 0.9, 0.99, 1e-8, 0.01, true),
                    new OptimizerSpec.AdamW(0.01, 0.9, 0.99, 1e-8, 0.1, false))) {
                trainings.add(Arguments.of(training(optimizer, 0, GradientClipping.NONE, 1), zeros));
                trainings.add(Arguments.of(training(optimizer, 0.001, new GradientClipping(0.3, 0.01), 3), zeros));
            }
            OptimizerSpec sgd = new OptimizerSpec.Sgd(0.1);
            trainings.add(Arguments.of(training(sgd, 0.001, GradientClipping.NONE, 1), zeros));
            trainings.add(
                    Arguments.of(training(sgd, 0, new GradientClipping(0.3, Double.POSITIVE_INFINITY), 1), zeros));
            trainings.add(Arguments.of(training(sgd, 0, new GradientClipping(1e9, 0.01), 1), zeros));
            trainings.add(Arguments.of(training(sgd, 0, GradientClipping.NONE, 4), zeros));
        }
        return trainings.stream();
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void learnsTheSameBitsWithAndWithoutVectors(TrainingSpec training, double zeros) {
        for (ModelSpec spec : List.of(spec(Output.SOFTMAX, 5), spec(Output.SIGMOID, 2), normalised())) {
            // Given
            List<MiniBatch> miniBatches = MiniBatches.random(spec, 13, 11, zeros);

            // When
            byte[] vector = learned(VECTOR, spec, training, miniBatches);
            byte[] scalar = learned(SCALAR, spec, training, miniBatches);

            // Then
            assertThat(vector).isEqualTo(scalar);
        }
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void goesOnFromAStateAsIfNothingHadHappened(TrainingSpec training, double zeros) {
        for (ModelSpec spec : List.of(spec(Output.SOFTMAX, 5), spec(Output.SIGMOID, 2), normalised())) {
            // Given: a network that stops in the middle of an accumulated step, if there are any
            List<MiniBatch> miniBatches = MiniBatches.random(spec, 20, 11, zeros);
            byte[] undisturbed = learned(VECTOR, spec, training, miniBatches);
            NetworkState state;
            try (Network network = VECTOR.create(spec, training)) {
                miniBatches.subList(0, 10).forEach(network::train);
                state = network.state();
                miniBatches.subList(10, 20).forEach(network::train);
            }

            for (Engine engine : List.of(VECTOR, SCALAR, new CpuEngine(VectorKernels.create(), 2))) {
                // When
                try (Network network = engine.resume(spec, training, state)) {
                    miniBatches.subList(10, 20).forEach(network::train);

                    // Then
                    assertThat(Arrays.equals(Safetensors.encode(network.weights()), undisturbed))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void keepsTheLearningRateInItsState() {
        // Given
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        TrainingSpec training = TrainingSpec.of(new OptimizerSpec.Sgd(0.1), 1);
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 2, 11, 0);
        try (Network network = VECTOR.create(spec, training)) {
            network.setLearningRate(0.03);

            // When
            try (Network resumed = VECTOR.resume(spec, training, network.state())) {
                miniBatches.forEach(network::train);
                miniBatches.forEach(resumed::train);

                // Then
                assertThat(Arrays.equals(Safetensors.encode(resumed.weights()), Safetensors.encode(network.weights())))
                        .isTrue();
            }
        }
    }

    @Test
    void refusesTheStateOfAnotherOptimizer() {
        // Given
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        NetworkState state;
        try (Network network = VECTOR.create(spec, TrainingSpec.of(new OptimizerSpec.Sgd(0.1), 1))) {
            state = network.state();
        }

        // When, Then
        assertThatThrownBy(() -> VECTOR.resume(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1), state))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it is another optimizer's or another net's");
    }

    /**
     * Rows of the weights that a sparse mini-batch skips end where they would have ended. Plain SGD has no gradient at all, so it
     * rounds in another order: {@link #stepsAsWithTheJoinedMiniBatchWhenItAccumulates} compares it.
     */
    @ParameterizedTest
    @MethodSource("optimizers")
    void learnsTheSameBitsWithAndWithoutTheWholeGradient(OptimizerSpec optimizer, double zeros) {
        ModelSpec spec = normalised();
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 13, 3, zeros);
        for (OptimizerSpec decayed : List.of(optimizer, withDecay(optimizer))) {
            for (double l1 : new double[] {0, 0.001}) {
                for (double value : new double[] {Double.POSITIVE_INFINITY, 0.01}) {
                    if (decayed.equals(new OptimizerSpec.Sgd(decayed.learningRate()))
                            && l1 == 0
                            && value == Double.POSITIVE_INFINITY) {
                        continue;
                    }

                    // Given
                    TrainingSpec fused =
                            training(decayed, l1, new GradientClipping(Double.POSITIVE_INFINITY, value), 1);
                    TrainingSpec whole = training(decayed, l1, new GradientClipping(1e9, value), 1);

                    // When, Then
                    assertThat(learned(VECTOR, spec, fused, miniBatches))
                            .as("%s", fused)
                            .isEqualTo(learned(VECTOR, spec, whole, miniBatches));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void leavesTheWeightsOfInputsThatAreAlwaysZeroAsTheyWere(OptimizerSpec optimizer) {
        // Given: half of the inputs are 0 in every example
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 12, 7, 0.8);
        int inputs = spec.input().size();
        for (MiniBatch miniBatch : miniBatches) {
            for (int i = 0; i < miniBatch.size() * inputs; i += 2) {
                miniBatch.features()[i] = 0;
            }
        }
        for (TrainingSpec training : List.of(
                training(optimizer, 0, GradientClipping.NONE, 1),
                training(optimizer, 0, new GradientClipping(0.3, 0.01), 2))) {
            float[] before = FreshWeights.of(spec, training).tensors().get(0).values();

            // When
            float[] after;
            try (Network network = VECTOR.create(spec, training)) {
                miniBatches.forEach(network::train);
                after = network.weights().tensors().get(0).values();
            }

            // Then
            for (int i = 0; i < after.length; i++) {
                boolean isAlwaysZero = i % inputs % 2 == 0;
                assertThat(after[i] == before[i]).as("weight %d", i).isEqualTo(isAlwaysZero);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void stepsAsWithTheJoinedMiniBatchWhenItAccumulates(OptimizerSpec optimizer, double zeros) {
        // Given
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 12, 5, zeros);
        List<MiniBatch> joined = List.of(
                MiniBatches.joined(miniBatches.subList(0, 4)),
                MiniBatches.joined(miniBatches.subList(4, 8)),
                MiniBatches.joined(miniBatches.subList(8, 12)));

        // When
        Weights accumulated = weights(spec, training(optimizer, 0.001, OUT_OF_REACH, 4), miniBatches);
        Weights atOnce = weights(spec, training(optimizer, 0.001, GradientClipping.NONE, 1), joined);

        // Then
        for (int t = 0; t < atOnce.tensors().size(); t++) {
            NamedTensor expected = atOnce.tensors().get(t);
            float[] values = accumulated.tensors().get(t).values();
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).as("%s[%d]", expected.name(), i).isCloseTo(expected.values()[i], within(1e-5f));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void movesWithTheLastOfTheMiniBatchesThatItAccumulates(double zeros) {
        // Given
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        TrainingSpec training = training(OptimizerSpec.adam(0.01), 0, GradientClipping.NONE, 3);
        try (Network network = VECTOR.create(spec, training)) {
            byte[] before = Safetensors.encode(network.weights());
            List<Outcome> outcomes = new ArrayList<>();
            List<Boolean> moved = new ArrayList<>();

            // When
            for (MiniBatch miniBatch : MiniBatches.random(spec, 7, 5, zeros)) {
                StepResult result = network.train(miniBatch);
                byte[] after = Safetensors.encode(network.weights());
                outcomes.add(result.outcome());
                moved.add(!Arrays.equals(before, after));
                before = after;
            }

            // Then
            assertThat(outcomes)
                    .containsExactly(
                            Outcome.ACCUMULATED,
                            Outcome.ACCUMULATED,
                            Outcome.APPLIED,
                            Outcome.ACCUMULATED,
                            Outcome.ACCUMULATED,
                            Outcome.APPLIED,
                            Outcome.ACCUMULATED);
            assertThat(moved).containsExactly(false, false, true, false, false, true, false);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.9})
    void keepsWhatItHasAccumulatedWhenAMiniBatchIsDiscarded(double zeros) {
        // Given
        ModelSpec spec = normalised();
        TrainingSpec training = training(OptimizerSpec.adam(0.01), 0.001, new GradientClipping(0.3, 0.1), 2);
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 4, 5, zeros);
        try (Network network = VECTOR.create(spec, training)) {
            // When
            List<Outcome> outcomes = new ArrayList<>();
            for (MiniBatch miniBatch : miniBatches) {
                outcomes.add(network.train(miniBatch).outcome());
                outcomes.add(network.train(MiniBatches.poisonous(spec)).outcome());
            }

            // Then
            assertThat(outcomes)
                    .containsExactly(
                            Outcome.ACCUMULATED,
                            Outcome.DISCARDED,
                            Outcome.APPLIED,
                            Outcome.DISCARDED,
                            Outcome.ACCUMULATED,
                            Outcome.DISCARDED,
                            Outcome.APPLIED,
                            Outcome.DISCARDED);
            assertThat(Safetensors.encode(network.weights())).isEqualTo(learned(VECTOR, spec, training, miniBatches));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void dropsOtherOutputsForEachMiniBatchOfAStepAndOfTheNext(int accumulation) {
        // Given: weights that do not move
        ModelSpec spec = normalised();
        MiniBatch miniBatch = MiniBatches.random(spec, 1, 20, 0).get(0);
        TrainingSpec training = training(new OptimizerSpec.Sgd(0.1), 0, GradientClipping.NONE, accumulation);
        Set<Double> losses = new HashSet<>();
        try (Network network = VECTOR.create(spec, training)) {
            network.setLearningRate(0);

            // When
            for (int i = 0; i < 8; i++) {
                losses.add(network.train(miniBatch).loss());
            }
        }

        // Then
        assertThat(losses).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1e-3})
    void takesNoLongerStepThanItsClippedGradient(double norm) {
        // Given: with plain SGD and η = 1 a step is as long as the gradient
        ModelSpec spec = spec(Output.SOFTMAX, 5);
        TrainingSpec training =
                training(new OptimizerSpec.Sgd(1), 0, new GradientClipping(norm, Double.POSITIVE_INFINITY), 1);
        try (Network network = VECTOR.create(spec, training)) {
            Weights before = network.weights();

            // When
            network.train(MiniBatches.random(spec, 1, 20, 0).get(0));

            // Then
            double squares = 0;
            for (int t = 0; t < before.tensors().size(); t++) {
                float[] from = before.tensors().get(t).values();
                float[] to = network.weights().tensors().get(t).values();
                for (int i = 0; i < from.length; i++) {
                    squares += Math.pow(to[i] - from[i], 2);
                }
            }
            assertThat(Math.sqrt(squares)).isCloseTo(norm, within(norm * 2e-3));
        }
    }

    @Test
    void normalisesAnExampleThatIsAloneWithTheRunningValuesAndLeavesThemAsTheyAre() {
        // Given
        ModelSpec spec = normalised(0);
        MiniBatch alone = MiniBatches.random(spec, 1, 1, 0).get(0);
        TrainingSpec training = training(new OptimizerSpec.Sgd(0.1), 0, GradientClipping.NONE, 1);
        float[] before = new float[5];
        float[] after = new float[5];
        try (Network network = VECTOR.create(spec, training)) {
            MiniBatches.random(spec, 5, 20, 0).forEach(network::train);
            Weights learned = network.weights();
            network.predict(alone, before);

            // When
            StepResult result = network.train(alone);

            // Then
            int label = alone.labels()[0];
            network.predict(alone, after);
            assertThat(result.outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(result.loss()).isCloseTo(-Math.log(before[label]), within(1e-5));
            assertThat(after[label]).isGreaterThan(before[label]);
            for (int t = 0; t < learned.tensors().size(); t++) {
                NamedTensor tensor = learned.tensors().get(t);
                boolean same = Arrays.equals(
                        tensor.values(), network.weights().tensors().get(t).values());
                assertThat(same).as(tensor.name()).isEqualTo(tensor.name().contains(".running_"));
            }
        }
    }

    @Test
    void discardsAMiniBatchWhoseVarianceIsTooLargeForAFloat() {
        // Given: standardised with an infinite deviation, all sums would be 0 and the loss finite
        ModelSpec spec = normalised();
        MiniBatch huge = MiniBatches.random(spec, 1, 4, 0).get(0);
        for (int i = 0; i < huge.features().length; i++) {
            huge.features()[i] *= 1e25f;
        }
        TrainingSpec training = training(new OptimizerSpec.Sgd(0.1), 0, GradientClipping.NONE, 1);
        try (Network network = VECTOR.create(spec, training)) {
            byte[] before = Safetensors.encode(network.weights());

            // When
            StepResult result = network.train(huge);

            // Then
            assertThat(result.loss()).isFinite();
            assertThat(result.outcome()).isEqualTo(Outcome.DISCARDED);
            assertThat(Safetensors.encode(network.weights())).isEqualTo(before);
        }
    }

    private static OptimizerSpec withDecay(OptimizerSpec optimizer) {
        if (optimizer instanceof OptimizerSpec.Sgd sgd) {
            return new OptimizerSpec.Sgd(sgd.learningRate(), 0.01);
        } else if (optimizer instanceof OptimizerSpec.Momentum momentum) {
            return new OptimizerSpec.Momentum(
                    momentum.learningRate(), momentum.momentum(), momentum.dampening(), momentum.nesterov(), 0.01);
        } else if (optimizer instanceof OptimizerSpec.Adam adam) {
            return new OptimizerSpec.AdamW(
                    adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), 0.01, adam.amsgrad());
        } else if (optimizer instanceof OptimizerSpec.RmsProp rmsProp) {
            return new OptimizerSpec.RmsProp(
                    rmsProp.learningRate(),
                    rmsProp.decay(),
                    rmsProp.epsilon(),
                    rmsProp.momentum(),
                    rmsProp.centered(),
                    0.01);
        } else if (optimizer instanceof OptimizerSpec.Adagrad adagrad) {
            return new OptimizerSpec.Adagrad(
                    adagrad.learningRate(),
                    adagrad.epsilon(),
                    adagrad.learningRateDecay(),
                    adagrad.initialAccumulator(),
                    0.01);
        } else {
            return new OptimizerSpec.Adadelta(1, 0.9, 1e-6, 0.01);
        }
    }

    private static TrainingSpec training(
            OptimizerSpec optimizer, double l1, GradientClipping clipping, int accumulation) {
        return new TrainingSpec(optimizer, false, l1, clipping, accumulation, Initialisation.DEFAULT, 3);
    }

    private static byte[] learned(Engine engine, ModelSpec spec, TrainingSpec training, List<MiniBatch> miniBatches) {
        try (Network network = engine.create(spec, training)) {
            for (MiniBatch miniBatch : miniBatches) {
                assertThat(network.train(miniBatch).isLearned()).isTrue();
            }
            return Safetensors.encode(network.weights());
        }
    }

    private static Weights weights(ModelSpec spec, TrainingSpec training, List<MiniBatch> miniBatches) {
        try (Network network = VECTOR.create(spec, training)) {
            miniBatches.forEach(network::train);
            return network.weights();
        }
    }

    /** Wide enough for sparse inputs, with odd sizes. */
    private static ModelSpec spec(Output output, int classes) {
        return new ModelSpec(
                InputSpec.point(90),
                List.of(new LayerSpec(70, Activation.TANH), new LayerSpec(9, Activation.ELU)),
                ModelSpec.numbered(classes),
                output);
    }

    private static ModelSpec normalised() {
        return normalised(0.2);
    }

    private static ModelSpec normalised(double dropout) {
        return new ModelSpec(
                InputSpec.point(90),
                List.of(
                        new LayerSpec(70, Activation.RELU, 0, 0, BatchNorm.DEFAULT),
                        new LayerSpec(9, Activation.TANH, 0, dropout, new BatchNorm(0.3, 1e-3))),
                ModelSpec.numbered(5));
    }
}
