package dev.freshet.engine.cpu;

import static dev.freshet.engine.cpu.Nets.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.freshet.core.data.Example;
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
import dev.freshet.engine.Scorer;
import dev.freshet.engine.StepResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the contract does not ask of every engine: equality to the bit, no garbage. */
class CpuEngineTest {
    private static final Engine VECTOR = new CpuEngine(VectorKernels.create(), 1);
    private static final Engine SCALAR = new CpuEngine(new ScalarKernels(), 1);

    @ParameterizedTest
    @MethodSource("dev.freshet.engine.cpu.Nets#ofOddSizesAndInSlices")
    void learnsTheSameBitsWithAndWithoutVectors(ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, size, zeros);

        // When
        byte[] vector = learned(VECTOR, spec, optimizer, miniBatches);
        byte[] scalar = learned(SCALAR, spec, optimizer, miniBatches);

        // Then
        assertThat(vector).isEqualTo(scalar);
    }

    @ParameterizedTest
    @MethodSource("dev.freshet.engine.cpu.Nets#ofOddSizesAndInSlices")
    void learnsTheSameBitsHoweverWideAVectorIs(ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 5, size, zeros);

        // When
        byte[] narrow = learned(new CpuEngine(new ScalarKernels(4), 1), spec, optimizer, miniBatches);
        byte[] middling = learned(new CpuEngine(new ScalarKernels(8), 1), spec, optimizer, miniBatches);
        byte[] wide = learned(new CpuEngine(new ScalarKernels(16), 1), spec, optimizer, miniBatches);

        // Then
        assertThat(narrow).isEqualTo(middling).isEqualTo(wide);
    }

    @ParameterizedTest
    @MethodSource("dev.freshet.engine.cpu.Nets#ofOddSizesAndInSlices")
    void scoresAsTheNetworkPredictsWhateverTheSizeOfTheBatch(
            ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        int classes = spec.classes().size();
        MiniBatch all = MiniBatches.random(spec, 1, 150, zeros).get(0);
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

    static Stream<Arguments> netsForThreads() {
        TrainingSpec sgd = TrainingSpec.of(new OptimizerSpec.Sgd(0.1), 1);
        TrainingSpec adam = TrainingSpec.of(OptimizerSpec.adam(0.001), 1);
        TrainingSpec whole = new TrainingSpec(
                OptimizerSpec.adam(0.001), true, 1e-4, new GradientClipping(0.5, 0.1), 2, Initialisation.DEFAULT, 1);
        ModelSpec plain = spec(200, 10, new LayerSpec(300, Activation.RELU), new LayerSpec(200, Activation.TANH));
        ModelSpec options = spec(
                90,
                10,
                new LayerSpec(200, Activation.SWISH, 0, 0, BatchNorm.DEFAULT),
                new LayerSpec(130, Activation.RELU, 0, 0.2));
        ModelSpec slices = spec(2_060, 10, new LayerSpec(200, Activation.RELU), new LayerSpec(40, Activation.TANH));
        ModelSpec narrowSlices = spec(600, 10, new LayerSpec(16, Activation.RELU));
        return Stream.of(plain, options, slices, narrowSlices).flatMap(spec -> Stream.of(sgd, adam, whole)
                .flatMap(training -> Stream.of(0.0, 0.9).map(zeros -> Arguments.of(spec, training, zeros))));
    }

    @ParameterizedTest
    @MethodSource("netsForThreads")
    void learnsTheSameBitsWithAnyNumberOfThreads(ModelSpec spec, TrainingSpec training, double zeros) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 30, 70, zeros);
        List<byte[]> learned = new ArrayList<>();

        // When
        for (int threads : new int[] {1, 2, 3, 8}) {
            try (Network network = new CpuEngine(VectorKernels.create(), threads).create(spec, training)) {
                miniBatches.forEach(network::train);
                learned.add(Safetensors.encode(network.weights()));
            }
        }

        // Then
        assertThat(learned).allSatisfy(weights -> assertThat(Arrays.equals(weights, learned.get(0)))
                .isTrue());
    }

    @ParameterizedTest
    @MethodSource("netsForThreads")
    void testsAndTrainsAsIfItDidOneAfterTheOther(ModelSpec spec, TrainingSpec training, double zeros) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 20, 33, zeros);
        float[] together = new float[33 * 10];
        float[] apart = new float[33 * 10];
        try (Network network = VECTOR.create(spec, training);
                Network other = VECTOR.create(spec, training)) {
            for (MiniBatch miniBatch : miniBatches) {
                // When
                StepResult result = network.testThenTrain(miniBatch, together);
                other.predict(miniBatch, apart);
                StepResult expected = other.train(miniBatch);

                // Then
                assertThat(together).containsExactly(apart);
                assertThat(result).isEqualTo(expected);
            }
            assertThat(Arrays.equals(Safetensors.encode(network.weights()), Safetensors.encode(other.weights())))
                    .isTrue();
        }
    }

    @Test
    void findsOutHowManyThreadsAreFastestAndLearnsTheSame() {
        // Given
        ModelSpec spec = spec(20, 3, new LayerSpec(130, Activation.RELU));
        TrainingSpec training = TrainingSpec.of(OptimizerSpec.adam(0.001), 1);
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, 8, 0);

        // When: more steps than the warm-up and a trial take
        byte[] fastest;
        try (Network network = CpuEngine.withFastestThreads().create(spec, training)) {
            for (int round = 0; round < 200; round++) {
                miniBatches.forEach(network::train);
            }
            fastest = Safetensors.encode(network.weights());
        }

        // Then
        try (Network network = VECTOR.create(spec, training)) {
            for (int round = 0; round < 200; round++) {
                miniBatches.forEach(network::train);
            }
            assertThat(Arrays.equals(Safetensors.encode(network.weights()), fastest))
                    .isTrue();
        }
    }

    static Stream<ModelSpec> outputs() {
        List<LayerSpec> plain = List.of(new LayerSpec(70, Activation.RELU), new LayerSpec(9, Activation.TANH));
        List<LayerSpec> normalised = List.of(
                new LayerSpec(70, Activation.RELU, 0, 0, BatchNorm.DEFAULT),
                new LayerSpec(9, Activation.TANH, 0, 0, BatchNorm.DEFAULT));
        return Stream.of(plain, normalised)
                .flatMap(hidden -> Arrays.stream(Output.values()).flatMap(output -> Stream.of(50, 2_100)
                        .map(inputs -> new ModelSpec(InputSpec.point(inputs), hidden, ModelSpec.numbered(2), output))));
    }

    @ParameterizedTest
    @MethodSource("outputs")
    void scoresToTheBitAsTheNetworkThatItWasMadeFromPredicts(ModelSpec spec) {
        for (double zeros : new double[] {0, 0.9}) {
            // Given
            List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, 30, zeros);
            float[] predicted = new float[60];
            float[] scored = new float[60];
            try (Network network = VECTOR.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 2))) {
                miniBatches.forEach(network::train);
                network.predict(miniBatches.get(0), predicted);
                try (Scorer scorer = VECTOR.scorer(spec, network.weights())) {
                    // When
                    scorer.score(miniBatches.get(0).features(), 30, scored);
                }
            }

            // Then
            assertThat(scored).containsExactly(predicted);
            for (int row = 0; row < 60; row += 2) {
                assertThat(scored[row] + scored[row + 1]).isCloseTo(1, within(2e-7f));
            }
        }
    }

    @Test
    void keepsTheDigitsOfASmallProbabilityOfEitherOfTwoClasses() {
        // Given: a logit of ±20
        ModelSpec spec = new ModelSpec(InputSpec.point(1), List.of(), ModelSpec.numbered(2), Output.SIGMOID);
        Weights weights = new Weights(List.of(
                new NamedTensor("layers.0.weight", List.of(1, 1), new float[] {20}),
                new NamedTensor("layers.0.bias", List.of(1), new float[] {0})));
        float[] probabilities = new float[4];

        // When
        try (Scorer scorer = VECTOR.scorer(spec, weights)) {
            scorer.score(new float[] {1, -1}, 2, probabilities);
        }

        // Then
        assertThat(probabilities[0] / Math.exp(-20)).isCloseTo(1, within(1e-6));
        assertThat(probabilities[3] / Math.exp(-20)).isCloseTo(1, within(1e-6));
    }

    @Test
    void dropsTheSameOutputsForTheSameSeedAndNoneWhenItPredicts() {
        // Given
        ModelSpec spec = spec(20, 3, new LayerSpec(200, Activation.TANH, 0, 0.5));
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, 16, 0);
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
        new Dropout(new ScalarKernels(), 7, 0, 0.2).apply(3, ones, 100, 1_000, 0, 1_000);

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

    static Stream<Arguments> withAndWithoutOptions() {
        TrainingSpec plain = TrainingSpec.of(OptimizerSpec.adam(0.001), 1);
        TrainingSpec options = new TrainingSpec(
                new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-8, 0.01, true),
                false,
                1e-4,
                new GradientClipping(0.5, 0.1),
                2,
                Initialisation.DEFAULT,
                1);
        ModelSpec binary = new ModelSpec(
                InputSpec.point(200),
                List.of(new LayerSpec(128, Activation.SIGMOID, 0, 0.2, BatchNorm.DEFAULT)),
                ModelSpec.numbered(2),
                Output.SIGMOID);
        return Stream.of(
                Arguments.of(spec(200, 10, new LayerSpec(128, Activation.RELU)), plain), Arguments.of(binary, options));
    }

    @ParameterizedTest
    @MethodSource("withAndWithoutOptions")
    void allocatesNothingButItsResultOnceItIsWarm(ModelSpec spec, TrainingSpec training) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, 16, 0.8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] probabilities = new float[16 * spec.classes().size()];
        try (Network network = VECTOR.create(spec, training);
                Scorer scorer = VECTOR.scorer(spec, network.weights())) {
            Runnable work = () -> {
                for (int step = 0; step < 1_000; step++) {
                    MiniBatch miniBatch = miniBatches.get(step % miniBatches.size());
                    network.setLearningRate(0.001 / (step + 1));
                    network.train(miniBatch);
                    network.predict(miniBatch, probabilities);
                    scorer.score(miniBatch.features(), miniBatch.size(), probabilities);
                }
            };
            // When: nobody knows how soon the JIT compiler comes
            long bytesPerStep = Long.MAX_VALUE;
            for (int window = 0; window < 60 && bytesPerStep > 32; window++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                work.run();
                bytesPerStep = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
            }

            // Then: a StepResult is 32 bytes
            assertThat(bytesPerStep).isLessThanOrEqualTo(32);
        }
    }

    @Test
    void allocatesNothingButItsResultOnAnyThreadOnceTheyAreWarm() {
        // Given: mini-batches so large that loops over their rows are compiled by themselves
        ModelSpec spec = spec(128, 10, new LayerSpec(256, Activation.RELU));
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 4, 256, 0.8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytesPerStep = Long.MAX_VALUE;
        try (Network network =
                new CpuEngine(VectorKernels.create(), 2).create(spec, TrainingSpec.of(OptimizerSpec.adam(0.001), 1))) {
            // When: nobody knows how soon the JIT compiler comes; where another network's worker ends, it is negative
            for (int window = 0; window < 60 && (bytesPerStep > 32 || bytesPerStep < 0); window++) {
                long before = bytesAllocatedByWorkers() + threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 200; step++) {
                    network.train(miniBatches.get(step % miniBatches.size()));
                }
                // This thread first, here, and last above: looking at the others allocates, too.
                long after = threads.getCurrentThreadAllocatedBytes() + bytesAllocatedByWorkers();
                bytesPerStep = (after - before) / 200;
            }
        }

        // Then: a StepResult is 32 bytes
        assertThat(bytesPerStep).isBetween(0L, 32L);
    }

    /** By the threads that share the steps of others, whatever network they belong to. */
    private static long bytesAllocatedByWorkers() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("freshet-step-")) {
                bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
            }
        }
        return bytes;
    }

    @Test
    void refusesAVarianceThatIsNegative() {
        // Given
        ModelSpec spec = spec(2, 2, new LayerSpec(1, Activation.RELU, 0, 0, BatchNorm.DEFAULT));
        Weights fresh = FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1));
        Weights wrong = new Weights(fresh.tensors().stream()
                .map(tensor -> tensor.name().equals("norms.0.running_var")
                        ? new NamedTensor(tensor.name(), tensor.shape(), new float[] {-1})
                        : tensor)
                .toList());

        // When, Then
        assertThatThrownBy(() -> VECTOR.scorer(spec, wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("norms.0.running_var holds -1.0");
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "100, 16", "2048, 16"})
    void refusesStepsWhoseGradientsCouldOverflow(int inputs, int classes) {
        // Given: the loss is finite, since all weights are 0
        ModelSpec spec = spec(inputs, classes);
        Weights zeros =
                new Weights(FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1)).tensors().stream()
                        .map(tensor ->
                                new NamedTensor(tensor.name(), tensor.shape(), new float[tensor.values().length]))
                        .toList());
        float[] features = new float[inputs];
        Arrays.fill(features, 0.5f);
        features[inputs - 1] = 1e30f;
        MiniBatch huge = new MiniBatch(1, inputs);
        huge.add(new Example("a", features, 0, 0));
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
}
