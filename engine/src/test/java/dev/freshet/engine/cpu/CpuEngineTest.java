package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.FreshWeights;
import dev.freshet.engine.Network;
import dev.freshet.engine.Scorer;
import dev.freshet.engine.dl4j.Dl4jEngine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the contract does not ask of every engine: equality to the bit, agreement with the reference, no garbage. */
class CpuEngineTest {
    private static final Engine VECTOR = new CpuEngine(VectorKernels.create());
    private static final Engine SCALAR = new CpuEngine(new ScalarKernels());

    /** DL4J does not scale ε with the bias correction, as PyTorch and this engine do; one so small plays no part. */
    private static final OptimizerSpec ADAM = new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-12);

    /** Odd sizes, so that every kind of tile and padding has its turn; with few zeros and with many. */
    static Stream<Arguments> nets() {
        List<Arguments> nets = new ArrayList<>();
        for (double zeros : new double[] {0, 0.9}) {
            for (OptimizerSpec optimizer : List.of(ADAM, new OptimizerSpec.Sgd(0.1))) {
                nets.add(Arguments.of(spec(37, 10, new LayerSpec(130, Activation.RELU)), optimizer, zeros, 19));
                nets.add(Arguments.of(
                        spec(200, 3, new LayerSpec(65, Activation.TANH), new LayerSpec(7, Activation.SIGMOID)),
                        optimizer,
                        zeros,
                        20));
                nets.add(Arguments.of(spec(5, 2), optimizer, zeros, 1));
                nets.add(Arguments.of(
                        spec(90, 4, new LayerSpec(70, Activation.MISH), new LayerSpec(9, Activation.ELU)),
                        optimizer,
                        zeros,
                        12));
                nets.add(Arguments.of(spec(300, 70, new LayerSpec(96, Activation.RELU)), optimizer, zeros, 33));
            }
        }
        return nets.stream();
    }

    @ParameterizedTest
    @MethodSource("nets")
    void learnsTheSameBitsWithAndWithoutVectors(ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        List<MiniBatch> miniBatches = miniBatches(spec, size, zeros);

        // When
        byte[] vector = learned(VECTOR, spec, optimizer, miniBatches);
        byte[] scalar = learned(SCALAR, spec, optimizer, miniBatches);

        // Then
        assertThat(vector).isEqualTo(scalar);
    }

    @ParameterizedTest
    @MethodSource("nets")
    void losesAsTheReferenceDoesOverFiftySteps(ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        List<MiniBatch> miniBatches = miniBatches(spec, size, zeros);
        try (Network network = VECTOR.create(spec, TrainingSpec.of(optimizer, 3));
                Network reference = new Dl4jEngine(1).create(spec, TrainingSpec.of(optimizer, 3))) {
            for (int step = 0; step < 50; step++) {
                // When
                MiniBatch miniBatch = miniBatches.get(step % miniBatches.size());
                double loss = network.train(miniBatch).loss();
                double expected = reference.train(miniBatch).loss();

                // Then: 1e-5 of the loss, or of one nat where the loss is close to 0
                assertThat(loss).as("step %d", step).isCloseTo(expected, within(1e-5 * Math.max(1, expected)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("nets")
    void scoresAsTheNetworkPredictsWhateverTheSizeOfTheBatch(
            ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        int classes = spec.classes().size();
        MiniBatch all = new MiniBatch(150, spec.input().size());
        examples(spec, 150, zeros, 5).forEach(all::add);
        Weights weights = FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 11));
        float[] batched = new float[150 * classes];
        float[] alone = new float[classes];

        try (Scorer scorer = VECTOR.scorer(spec, weights)) {
            // When
            scorer.score(all.features(), 150, batched);

            // Then
            for (int row = 0; row < 150; row++) {
                int inputs = spec.input().size();
                float[] one = new float[inputs];
                System.arraycopy(all.features(), row * inputs, one, 0, inputs);
                scorer.score(one, 1, alone);
                for (int i = 0; i < classes; i++) {
                    assertThat(alone[i]).isCloseTo(batched[row * classes + i], within(1e-6f));
                }
            }
        }
    }

    @Test
    void dropsTheSameOutputsForTheSameSeedAndNoneWhenItPredicts() {
        // Given
        ModelSpec spec = spec(20, 3, new LayerSpec(200, Activation.TANH, 0, 0.5));
        List<MiniBatch> miniBatches = miniBatches(spec, 16, 0);
        MiniBatch first = miniBatches.get(0);
        Weights weights = FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1));
        float[] once = new float[16 * 3];
        float[] again = new float[16 * 3];

        // When
        try (Network network = VECTOR.restore(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 5), weights);
                Network scalar = SCALAR.restore(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 5), weights);
                Network other = VECTOR.restore(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 6), weights)) {
            network.predict(first, once);
            network.predict(first, again);
            for (MiniBatch miniBatch : miniBatches) {
                network.train(miniBatch);
                scalar.train(miniBatch);
                other.train(miniBatch);
            }

            // Then
            assertThat(once).isEqualTo(again);
            assertThat(Safetensors.encode(network.weights()))
                    .isEqualTo(Safetensors.encode(scalar.weights()))
                    .isNotEqualTo(Safetensors.encode(other.weights()));
        }
    }

    @Test
    void dropsItsShareAndLeavesTheMeanAsItIs() {
        // Given
        float[] ones = new float[100 * 1_000];
        Arrays.fill(ones, 1);

        // When
        new Dropout(7, 0, 0.2).apply(3, ones, 100, 1_000, 1_000);

        // Then
        double sum = 0;
        int dropped = 0;
        for (float value : ones) {
            assertThat(value).isIn(0f, 1.25f);
            sum += value;
            dropped += value == 0 ? 1 : 0;
        }
        assertThat(dropped / 1e5).isCloseTo(0.2, within(0.005));
        assertThat(sum / 1e5).isCloseTo(1, within(0.01));
    }

    @Test
    void allocatesNothingButItsResultOnceItIsWarm() {
        // Given
        ModelSpec spec = spec(784, 10, new LayerSpec(128, Activation.RELU));
        List<MiniBatch> miniBatches = miniBatches(spec, 32, 0.8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] probabilities = new float[32 * 10];
        try (Network network = VECTOR.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.001), 1));
                Scorer scorer = VECTOR.scorer(spec, network.weights())) {
            Runnable work = () -> {
                for (int step = 0; step < 1_000; step++) {
                    MiniBatch miniBatch = miniBatches.get(step % miniBatches.size());
                    network.train(miniBatch);
                    scorer.score(miniBatch.features(), miniBatch.size(), probabilities);
                }
            };
            for (int warmUp = 0; warmUp < 5; warmUp++) {
                work.run();
            }

            // When
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            long bytesPerStep = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;

            // Then: a StepResult is 32 bytes
            assertThat(bytesPerStep).isLessThanOrEqualTo(32);
        }
    }

    @Test
    void refusesStepsWhoseGradientsCouldOverflow() {
        // Given: the loss is finite, since all weights are 0
        ModelSpec spec = spec(2, 2);
        Weights zeros =
                new Weights(FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1)).tensors().stream()
                        .map(tensor ->
                                new NamedTensor(tensor.name(), tensor.shape(), new float[tensor.values().length]))
                        .toList());
        MiniBatch huge = new MiniBatch(1, 2);
        huge.add(new Example("a", new float[] {1e30f, 0}, 0, 0));
        try (Network network = VECTOR.restore(spec, TrainingSpec.of(OptimizerSpec.adam(0.1), 0), zeros)) {
            // When
            var result = network.train(huge);

            // Then
            assertThat(result.loss()).isFinite();
            assertThat(result.isLearned()).isFalse();
            assertThat(Safetensors.encode(network.weights())).isEqualTo(Safetensors.encode(zeros));
        }
    }

    private static byte[] learned(Engine engine, ModelSpec spec, OptimizerSpec optimizer, List<MiniBatch> miniBatches) {
        try (Network network = engine.create(spec, TrainingSpec.of(optimizer, 3))) {
            miniBatches.forEach(network::train);
            return Safetensors.encode(network.weights());
        }
    }

    private static ModelSpec spec(int inputs, int classes, LayerSpec... hidden) {
        return new ModelSpec(InputSpec.point(inputs), List.of(hidden), ModelSpec.numbered(classes));
    }

    private static List<MiniBatch> miniBatches(ModelSpec spec, int size, double zeros) {
        List<MiniBatch> miniBatches = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            MiniBatch miniBatch = new MiniBatch(size, spec.input().size());
            examples(spec, size, zeros, i).forEach(miniBatch::add);
            miniBatches.add(miniBatch);
        }
        return miniBatches;
    }

    private static List<Example> examples(ModelSpec spec, int count, double zeros, long seed) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] features = new float[spec.input().size()];
            for (int k = 0; k < features.length; k++) {
                features[k] = random.nextDouble() < zeros ? 0 : (float) random.nextGaussian() / 4;
            }
            examples.add(
                    new Example("e" + i, features, random.nextInt(spec.classes().size()), 0));
        }
        return examples;
    }
}
