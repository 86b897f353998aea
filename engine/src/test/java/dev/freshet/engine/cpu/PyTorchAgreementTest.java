package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.LearningRate;
import dev.freshet.engine.Network;
import dev.freshet.engine.PyTorchCase;
import dev.freshet.engine.StepResult.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty mini-batches with every option there is, beside what PyTorch computes from the same weights and data. */
class PyTorchAgreementTest {
    static List<String> cases() throws IOException {
        return PyTorchCase.names("optimizer", "regularisation", "activation", "output", "batch-norm", "schedule");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void losesPredictsAndEndsAsPyTorchDoes(String name) throws IOException {
        // Given
        PyTorchCase reference = PyTorchCase.read(name);
        List<MiniBatch> miniBatches = reference.miniBatches();
        float[] predictions = new float[reference.predictions().length];
        List<Double> losses = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        Weights ended;
        try (Network network =
                new CpuEngine().restore(reference.spec(), reference.training(), reference.initialWeights())) {
            // When
            LearningRate learningRate = reference.learningRate();
            for (MiniBatch miniBatch : miniBatches) {
                double rate = learningRate.after(rates.size());
                network.setLearningRate(rate);
                var result = network.train(miniBatch);
                losses.add(result.loss());
                if (result.outcome() == Outcome.APPLIED) {
                    rates.add(rate);
                }
            }
            network.predict(miniBatches.get(0), predictions);
            ended = network.weights();
        }

        // Then
        assertThat(rates).hasSize(miniBatches.size() / reference.training().accumulation());
        for (int step = 0; step < reference.learningRates().size(); step++) {
            assertThat(rates.get(step))
                    .as("learning rate of step %d", step)
                    .isCloseTo(reference.learningRates().get(step), within(1e-12));
        }
        for (int i = 0; i < losses.size(); i++) {
            assertThat(losses.get(i))
                    .as("mini-batch %d", i)
                    .isCloseTo(reference.losses().get(i), within(1e-5));
        }
        for (NamedTensor expected : reference.finalWeights().tensors()) {
            if (reference.isComparable(expected.name())) {
                assertClose(tensor(ended, expected.name()), expected.values(), expected.name());
            }
        }
        if (reference.isComparable("predictions")) {
            assertClose(predictions, reference.predictions(), "predictions");
        }
    }

    private static float[] tensor(Weights weights, String name) {
        return weights.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst()
                .orElseThrow()
                .values();
    }

    private static void assertClose(float[] values, float[] expected, String name) {
        assertThat(values).as(name).hasSameSizeAs(expected);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(2e-5f));
        }
    }
}
