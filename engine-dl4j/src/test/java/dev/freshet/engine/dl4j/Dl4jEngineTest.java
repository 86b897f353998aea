package dev.freshet.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.core.model.Activation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Output;
import dev.freshet.core.training.GradientClipping;
import dev.freshet.core.training.Initialisation;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import dev.freshet.engine.Engine;
import dev.freshet.engine.EngineContract;
import dev.freshet.engine.FreshWeights;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

    static Stream<Arguments> trainingsThatDl4jLacks() {
        GradientClipping byNorm = new GradientClipping(1, Double.POSITIVE_INFINITY);
        GradientClipping byValue = new GradientClipping(Double.POSITIVE_INFINITY, 1);
        OptimizerSpec adam = OptimizerSpec.adam(0.1);
        return Stream.of(
                Arguments.of(training(new OptimizerSpec.Sgd(0.1, 0.01)), "trainer.optimizer.weight-decay"),
                Arguments.of(training(new OptimizerSpec.Momentum(0.1, 0.9, false, 0)), "trainer.optimizer.type"),
                Arguments.of(training(new OptimizerSpec.Momentum(0.1, 0.9, 0.5, false, 0)), "trainer.optimizer.type"),
                Arguments.of(
                        training(new OptimizerSpec.AdamW(0.1, 0.9, 0.999, 1e-8, 0, false)), "trainer.optimizer.type"),
                Arguments.of(
                        training(new OptimizerSpec.Adam(0.1, 0.9, 0.999, 1e-8, 0, true)), "trainer.optimizer.amsgrad"),
                Arguments.of(
                        training(new OptimizerSpec.RmsProp(0.1, 0.9, 1e-8, 0, false, 0)), "trainer.optimizer.type"),
                Arguments.of(training(new OptimizerSpec.Adagrad(0.1, 1e-8, 0, 0, 0)), "trainer.optimizer.type"),
                Arguments.of(training(new OptimizerSpec.Adadelta(1, 0.9, 1e-8, 0)), "trainer.optimizer.type"),
                Arguments.of(training(adam, 0.1, GradientClipping.NONE, 1), "trainer.l1"),
                Arguments.of(training(adam, 0, byNorm, 1), "trainer.clip.norm"),
                Arguments.of(training(adam, 0, byValue, 1), "trainer.clip.value"),
                Arguments.of(training(adam, 0, GradientClipping.NONE, 2), "trainer.accumulation"));
    }

    @ParameterizedTest
    @MethodSource("trainingsThatDl4jLacks")
    void refusesWhatItWouldComputeDifferently(TrainingSpec training, String setting) {
        assertThatThrownBy(() -> ENGINE.create(spec(new LayerSpec(3, Activation.RELU)), training))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(setting)
                .hasMessageContaining("engine.type cpu");
    }

    @Test
    void refusesASigmoidAtTheEndToLearnAndToScore() {
        // Given
        ModelSpec spec = new ModelSpec(InputSpec.point(2), List.of(), ModelSpec.numbered(2), Output.SIGMOID);
        TrainingSpec training = training(OptimizerSpec.adam(0.1));

        // When, Then
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> ENGINE.create(spec, training), () -> ENGINE.scorer(spec, FreshWeights.of(spec, training)))) {
            assertThatThrownBy(use)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("model.output")
                    .hasMessageContaining("engine.type cpu");
        }
    }

    private static TrainingSpec training(OptimizerSpec optimizer) {
        return TrainingSpec.of(optimizer, 1);
    }

    private static TrainingSpec training(
            OptimizerSpec optimizer, double l1, GradientClipping clipping, int accumulation) {
        return new TrainingSpec(optimizer, true, l1, clipping, accumulation, Initialisation.DEFAULT, 1);
    }

    @Test
    void refusesLayersThatItWouldComputeDifferently() {
        for (LayerSpec layer : List.of(
                new LayerSpec(3, Activation.GELU),
                new LayerSpec(3, Activation.SWISH),
                new LayerSpec(3, Activation.ELU, 0.5, 0),
                new LayerSpec(3, Activation.RELU, 0, 0, BatchNorm.DEFAULT))) {
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
