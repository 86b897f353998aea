package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Network;
import dev.freshet.engine.PyTorchCase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty steps of every optimizer and activation, beside what PyTorch computes from the same weights and data. */
class PyTorchAgreementTest {
    static List<String> cases() throws IOException {
        return PyTorchCase.names("optimizer", "regularisation", "activation", "output");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void losesAndEndsAsPyTorchDoes(String name) throws IOException {
        // Given
        PyTorchCase reference = PyTorchCase.read(name);
        assumeTrue(reference.isDescribable(), "no model spec or optimizer can describe " + name + " yet");
        try (Network network = new CpuEngine()
                .restore(reference.spec(), TrainingSpec.of(reference.optimizer(), 0), reference.initialWeights())) {
            // When
            List<Double> losses = reference.miniBatches().stream()
                    .map((MiniBatch miniBatch) -> network.train(miniBatch).loss())
                    .toList();

            // Then
            for (int step = 0; step < losses.size(); step++) {
                assertThat(losses.get(step))
                        .as("step %d", step)
                        .isCloseTo(reference.losses().get(step), within(1e-5));
            }
            List<NamedTensor> expected =
                    reference.finalWeights().fitTo(reference.spec()).tensors();
            for (int t = 0; t < expected.size(); t++) {
                float[] values = network.weights().tensors().get(t).values();
                for (int i = 0; i < values.length; i++) {
                    assertThat(values[i])
                            .as("%s[%d]", expected.get(t).name(), i)
                            .isCloseTo(expected.get(t).values()[i], within(2e-5f));
                }
            }
        }
    }
}
