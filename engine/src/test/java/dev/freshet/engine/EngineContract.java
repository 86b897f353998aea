package dev.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.core.data.Example;
import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine must do; each has a subclass that names it. */
public abstract class EngineContract {
    private static final int CLASSES = 3;

    private final Engine engine;

    /** What the engine has; a contract that asks for another is skipped. */
    protected Set<Activation> activations() {
        return EnumSet.allOf(Activation.class);
    }

    protected EngineContract(Engine engine) {
        this.engine = engine;
    }

    @Test
    void overfitsThirtyTwoExamples() {
        // Given
        MiniBatch miniBatch = randomMiniBatch(32, 8, 1);

        try (Network network =
                engine.create(spec(Activation.RELU, 8, 32), TrainingSpec.of(OptimizerSpec.adam(0.01), 7))) {
            // When
            double loss = Double.NaN;
            for (int step = 0; step < 500; step++) {
                loss = network.train(miniBatch).loss();
            }

            // Then
            assertThat(loss).isLessThan(0.01);
            float[] probabilities = new float[32 * CLASSES];
            network.predict(miniBatch, probabilities);
            for (int row = 0; row < 32; row++) {
                assertThat(Scoring.predictedClass(probabilities, row, CLASSES))
                        .isEqualTo(miniBatch.labels()[row]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void computesTheForwardPassOfPyTorchsWeightLayout(Activation activation) {
        // Given
        assumeTrue(activations().contains(activation), "refused with a message that names another engine");
        ModelSpec spec = spec(activation, 5, 4);
        MiniBatch miniBatch = randomMiniBatch(6, 5, 2);

        try (Network network = engine.create(spec, TrainingSpec.of(new OptimizerSpec.Sgd(0.1), 3))) {
            // When
            float[] probabilities = new float[6 * CLASSES];
            network.predict(miniBatch, probabilities);

            // Then
            double[][] expected = new Textbook(spec, network.weights()).probabilities(miniBatch);
            for (int row = 0; row < 6; row++) {
                for (int i = 0; i < CLASSES; i++) {
                    assertThat((double) probabilities[row * CLASSES + i]).isCloseTo(expected[row][i], within(1e-6));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void stepsAgainstTheGradientThatFiniteDifferencesGive(Activation activation) {
        // Given: one step of plain SGD with η = 1 moves each weight by its gradient
        assumeTrue(activations().contains(activation), "refused with a message that names another engine");
        ModelSpec spec = spec(activation, 5, 4);
        MiniBatch miniBatch = randomMiniBatch(6, 5, 2);
        try (Network network = engine.create(spec, TrainingSpec.of(new OptimizerSpec.Sgd(1), 3))) {
            Weights before = network.weights();

            // When
            StepResult result = network.train(miniBatch);

            // Then
            assertThat(result.isLearned()).isTrue();
            Textbook textbook = new Textbook(spec, before);
            assertThat(result.loss()).isCloseTo(textbook.loss(miniBatch), within(1e-6));
            Weights after = network.weights();
            for (int t = 0; t < before.tensors().size(); t++) {
                NamedTensor tensor = before.tensors().get(t);
                for (int i = 0; i < tensor.values().length; i++) {
                    double gradient =
                            tensor.values()[i] - after.tensors().get(t).values()[i];
                    assertThat(gradient)
                            .as("%s[%d]", tensor.name(), i)
                            .isCloseTo(textbook.slope(tensor.name(), i, miniBatch), within(2e-6));
                }
            }
        }
    }

    /** Optimizers keep state from step to step: one step alone would not show that it is lost. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd",
                "adam",
                "activation-elu-1",
                "activation-leaky-relu-0.2",
                "activation-tanh",
                "activation-mish"
            })
    void losesAsPyTorchDoesOverTwentySteps(String name) throws IOException {
        // Given
        PyTorchCase reference = PyTorchCase.read(name);
        List<Double> losses = new ArrayList<>();

        try (Network network = engine.restore(reference.spec(), reference.training(), reference.initialWeights())) {
            // When
            for (MiniBatch miniBatch : reference.miniBatches()) {
                losses.add(network.train(miniBatch).loss());
            }

            // Then
            for (int step = 0; step < losses.size(); step++) {
                assertThat(losses.get(step))
                        .as("step %d", step)
                        .isCloseTo(reference.losses().get(step), within(1e-5));
            }
        }
    }

    @Test
    void countsWhatItGotRightBeforeTheStep() {
        // Given: a step so long that the network answers differently afterwards
        MiniBatch miniBatch = randomMiniBatch(40, 8, 1);
        float[] before = new float[40 * CLASSES];
        float[] after = new float[40 * CLASSES];
        try (Network network =
                engine.create(spec(Activation.TANH, 8, 16), TrainingSpec.of(new OptimizerSpec.Sgd(5), 7))) {
            network.predict(miniBatch, before);

            // When
            StepResult result = network.train(miniBatch);

            // Then
            network.predict(miniBatch, after);
            assertThat(result.correct()).isEqualTo(correct(before, miniBatch)).isNotEqualTo(correct(after, miniBatch));
        }
    }

    @Test
    void stopsMovingAtALearningRateOfZeroAndGoesOnAfterwards() {
        // Given
        MiniBatch miniBatch = randomMiniBatch(16, 8, 1);
        try (Network network =
                engine.create(spec(Activation.RELU, 8, 16), TrainingSpec.of(OptimizerSpec.adam(0.01), 7))) {
            network.train(miniBatch);
            byte[] before = Safetensors.encode(network.weights());

            // When
            network.setLearningRate(0);
            network.train(miniBatch);
            byte[] still = Safetensors.encode(network.weights());
            network.setLearningRate(0.01);
            network.train(miniBatch);

            // Then
            assertThat(still).isEqualTo(before);
            assertThat(Safetensors.encode(network.weights())).isNotEqualTo(before);
        }
    }

    @Test
    void givesEqualNetworksForEqualSeeds() {
        // Given
        ModelSpec spec = spec(Activation.RELU, 8, 16);
        MiniBatch miniBatch = randomMiniBatch(32, 8, 1);

        // When
        byte[] first = trained(spec, miniBatch, 5);
        byte[] second = trained(spec, miniBatch, 5);
        byte[] other = trained(spec, miniBatch, 6);

        // Then
        assertThat(first).isEqualTo(second).isNotEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(strings = {"schedule-step", "schedule-cosine-warm-up-adam"})
    void followsTheLearningRatesThatItIsGiven(String name) throws IOException {
        // Given
        PyTorchCase reference = PyTorchCase.read(name);
        List<Double> losses = new ArrayList<>();
        try (Network network = engine.restore(reference.spec(), reference.training(), reference.initialWeights())) {
            // When
            for (MiniBatch miniBatch : reference.miniBatches()) {
                network.setLearningRate(reference.learningRates().get(losses.size()));
                losses.add(network.train(miniBatch).loss());
            }
        }

        // Then
        for (int step = 0; step < losses.size(); step++) {
            assertThat(losses.get(step))
                    .as("step %d", step)
                    .isCloseTo(reference.losses().get(step), within(1e-5));
        }
    }

    @Test
    void discardsAStepWhoseLossIsNotFinite() {
        // Given
        ModelSpec spec = spec(Activation.RELU, 2, 4);
        MiniBatch huge = new MiniBatch(2, 2);
        huge.add(new Example("a", new float[] {3e38f, -3e38f}, 0, 0));
        huge.add(new Example("b", new float[] {-3e38f, 3e38f}, 1, 0));
        try (Network network = engine.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 1))) {
            byte[] before = Safetensors.encode(network.weights());

            // When
            StepResult result = network.train(huge);

            // Then
            assertThat(result.isLearned()).isFalse();
            assertThat(Safetensors.encode(network.weights())).isEqualTo(before);
        }
    }

    @Test
    void trainsAPartlyFilledMiniBatchLikeASmallerFullOne() {
        // Given
        ModelSpec spec = spec(Activation.TANH, 4, 4);
        MiniBatch partly = new MiniBatch(16, 4);
        MiniBatch full = new MiniBatch(3, 4);
        for (Example example : randomExamples(3, 4, 9)) {
            partly.add(example);
            full.add(example);
        }

        // When
        byte[] fromPartly = trained(spec, partly, 1);
        byte[] fromFull = trained(spec, full, 1);

        // Then
        assertThat(fromPartly).isEqualTo(fromFull);
    }

    @Test
    void scoresLikeTheNetworkItWasMadeFromOnManyThreadsAtOnce() throws Exception {
        // Given
        ModelSpec spec = spec(Activation.RELU, 8, 16);
        MiniBatch miniBatch = randomMiniBatch(10, 8, 4);
        float[] expected = new float[10 * CLASSES];
        Weights weights;
        try (Network network = engine.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 2))) {
            network.predict(miniBatch, expected);
            weights = network.weights();
        }

        // When
        List<float[]> answers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Scorer scorer = engine.scorer(spec, weights)) {
            List<Future<float[]>> pending = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                pending.add(threads.submit(() -> {
                    float[] probabilities = new float[10 * CLASSES];
                    scorer.score(miniBatch.features(), 10, probabilities);
                    return probabilities;
                }));
            }
            for (Future<float[]> answer : pending) {
                answers.add(answer.get());
            }
        } finally {
            threads.shutdown();
        }

        // Then
        assertThat(answers).allSatisfy(answer -> assertThat(answer).containsExactly(expected));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void logitsAreTheWeightedSumsThatProbabilitiesAreMadeOf(boolean hasHiddenLayers) {
        // Given: more examples than are scored at once, and a number of classes that fills no vector
        int size = 70;
        ModelSpec spec = hasHiddenLayers
                ? spec(Activation.RELU, 8, 16)
                : new ModelSpec(InputSpec.point(8), List.of(), ModelSpec.numbered(CLASSES));
        MiniBatch miniBatch = randomMiniBatch(size, 8, 4);
        float[] expected = new float[size * CLASSES];
        float[] probabilities = new float[size * CLASSES];
        float[] logits = new float[size * CLASSES];
        Weights weights = FreshWeights.of(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), 2));

        // When
        try (Scorer scorer = engine.scorer(spec, weights)) {
            scorer.score(miniBatch.features(), size, expected);
            scorer.score(miniBatch.features(), size, probabilities, logits);
        }

        // Then
        assertThat(probabilities).containsExactly(expected);
        double[][] sums = new Textbook(spec, weights).logits(miniBatch);
        for (int i = 0; i < logits.length; i++) {
            assertThat((double) logits[i]).isCloseTo(sums[i / CLASSES][i % CLASSES], within(1e-5));
        }
    }

    @Test
    void refusesWeightsOfAnotherShape() {
        // Given
        Weights weights;
        try (Network network =
                engine.create(spec(Activation.RELU, 8, 16), TrainingSpec.of(OptimizerSpec.adam(0.01), 2))) {
            weights = network.weights();
        }

        // When, Then
        assertThatThrownBy(() -> engine.scorer(spec(Activation.RELU, 8, 17), weights))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layers.0.weight")
                .hasMessageContaining("[17, 8]");
    }

    private static int correct(float[] probabilities, MiniBatch miniBatch) {
        int correct = 0;
        for (int row = 0; row < miniBatch.size(); row++) {
            correct += Scoring.predictedClass(probabilities, row, CLASSES)
                            == miniBatch.labels()[row]
                    ? 1
                    : 0;
        }
        return correct;
    }

    private byte[] trained(ModelSpec spec, MiniBatch miniBatch, long seed) {
        try (Network network = engine.create(spec, TrainingSpec.of(OptimizerSpec.adam(0.01), seed))) {
            for (int step = 0; step < 10; step++) {
                network.train(miniBatch);
            }
            return Safetensors.encode(network.weights());
        }
    }

    private static ModelSpec spec(Activation activation, int inputs, int units) {
        return new ModelSpec(
                InputSpec.point(inputs), List.of(new LayerSpec(units, activation)), ModelSpec.numbered(CLASSES));
    }

    private static MiniBatch randomMiniBatch(int size, int inputs, long seed) {
        MiniBatch miniBatch = new MiniBatch(size, inputs);
        randomExamples(size, inputs, seed).forEach(miniBatch::add);
        return miniBatch;
    }

    private static List<Example> randomExamples(int size, int inputs, long seed) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int row = 0; row < size; row++) {
            float[] features = new float[inputs];
            for (int i = 0; i < inputs; i++) {
                features[i] = (float) random.nextGaussian();
            }
            examples.add(new Example("e" + row, features, random.nextInt(CLASSES), 0));
        }
        return examples;
    }
}
