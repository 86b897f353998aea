package dev.freshet.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineContract;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Dl4jEngineTest extends EngineContract {
    private static final Engine ENGINE = new Dl4jEngine(1);

    Dl4jEngineTest() {
        super(ENGINE);
    }

    @Override
    protected Set<Activation> activations() {
        return EnumSet.complementOf(EnumSet.of(Activation.GELU, Activation.SWISH));
    }

    static Stream<OptimizerSpec> optimizersThatDl4jComputesDifferently() {
        return Stream.of(
                new OptimizerSpec.Sgd(0.1, 0.01),
                new OptimizerSpec.Momentum(0.1, 0.9, false, 0),
                new OptimizerSpec.AdamW(0.1, 0.9, 0.999, 1e-8, 0, false),
                new OptimizerSpec.RmsProp(0.1, 0.9, 1e-8, 0, false, 0),
                new OptimizerSpec.Adagrad(0.1, 1e-8, 0, 0, 0),
                new OptimizerSpec.Adadelta(1, 0.9, 1e-8, 0));
    }

    @ParameterizedTest
    @MethodSource("optimizersThatDl4jComputesDifferently")
    void refusesWhatItWouldComputeDifferently(OptimizerSpec optimizer) {
        assertThatThrownBy(() -> ENGINE.create(spec(new LayerSpec(3, Activation.RELU)), TrainingSpec.of(optimizer, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trainer.optimizer")
                .hasMessageContaining("engine.type cpu");
    }

    @Test
    void refusesActivationsThatItWouldComputeDifferently() {
        for (LayerSpec layer : List.of(
                new LayerSpec(3, Activation.GELU),
                new LayerSpec(3, Activation.SWISH),
                new LayerSpec(3, Activation.ELU, 0.5, 0))) {
            assertThatThrownBy(() -> ENGINE.create(spec(layer), TrainingSpec.of(OptimizerSpec.adam(0.1), 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("model.hidden")
                    .hasMessageContaining("engine.type cpu");
        }
    }

    private static ModelSpec spec(LayerSpec layer) {
        return new ModelSpec(InputSpec.point(2), List.of(layer), ModelSpec.numbered(2));
    }
}
