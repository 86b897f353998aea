package dev.freshet.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.data.MiniBatch;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Network;
import dev.freshet.engine.cpu.CpuEngine;
import dev.freshet.engine.cpu.MiniBatches;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference and the engine in Java alone learn alike. */
class AgreementTest {
    @ParameterizedTest
    @MethodSource("dev.freshet.engine.cpu.Nets#ofOddSizes")
    void bothLoseTheSameOverFiftySteps(ModelSpec spec, OptimizerSpec optimizer, double zeros, int size) {
        // Given
        List<MiniBatch> miniBatches = MiniBatches.random(spec, 10, size, zeros);
        try (Network network = new CpuEngine().create(spec, TrainingSpec.of(optimizer, 3));
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
}
