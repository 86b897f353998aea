package dev.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.core.model.Activation;
import dev.freshet.core.model.BatchNorm;
import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.LayerSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.NamedTensor;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.Weights;
import dev.freshet.core.training.GradientClipping;
import dev.freshet.core.training.Initialisation;
import dev.freshet.core.training.Initialisation.Scheme;
import dev.freshet.core.training.OptimizerSpec;
import dev.freshet.core.training.TrainingSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FreshWeightsTest {
    private static final ModelSpec DIGITS = spec(new LayerSpec(300, Activation.TANH));

    @ParameterizedTest
    @CsvSource({
        "XAVIER_UNIFORM, xavierUniformBound",
        "KAIMING_UNIFORM, kaimingUniformBound",
        "TORCH_LINEAR, linearBound"
    })
    void areUniformWithinTheBoundOfPyTorch(Scheme scheme, String bound) throws IOException {
        // Given
        double largest = reference(784, 300, bound);

        // When
        float[] weights = values(DIGITS, scheme, 0, "layers.0.weight");

        // Then: the variance of a uniform distribution is a third of its squared bound
        assertThat(largest(weights)).isBetween(0.999 * largest, largest * (1 + 1e-6));
        assertThat(mean(weights)).isCloseTo(0, within(0.01 * largest));
        assertThat(variance(weights)).isCloseTo(largest * largest / 3, within(0.01 * largest * largest));
    }

    @ParameterizedTest
    @CsvSource({"XAVIER_NORMAL, xavierNormalDeviation", "KAIMING_NORMAL, kaimingNormalDeviation"})
    void areNormalWithTheDeviationOfPyTorch(Scheme scheme, String name) throws IOException {
        // Given
        double deviation = reference(784, 300, name);

        // When
        float[] weights = values(DIGITS, scheme, 0, "layers.0.weight");

        // Then: 235 200 values, 68.3 % of which lie within one deviation
        int within = 0;
        for (float weight : weights) {
            within += Math.abs(weight) < deviation ? 1 : 0;
        }
        assertThat(mean(weights)).isCloseTo(0, within(0.01 * deviation));
        assertThat(Math.sqrt(variance(weights))).isCloseTo(deviation, within(0.01 * deviation));
        assertThat((double) within / weights.length).isCloseTo(0.683, within(0.005));
        assertThat(largest(weights)).isGreaterThan(3.5 * deviation);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void areKaimingNormalBeforeReluAndXavierNormalElsewhereWhereNobodySays(Activation activation) {
        // Given
        ModelSpec spec = spec(new LayerSpec(300, activation));

        // When
        float[] hidden = values(spec, Scheme.AUTO, 0, "layers.0.weight");
        float[] output = values(spec, Scheme.AUTO, 0, "layers.1.weight");

        // Then
        Scheme expected = activation == Activation.RELU ? Scheme.KAIMING_NORMAL : Scheme.XAVIER_NORMAL;
        assertThat(hidden).isEqualTo(values(spec, expected, 0, "layers.0.weight"));
        assertThat(output).isEqualTo(values(spec, Scheme.XAVIER_NORMAL, 0, "layers.1.weight"));
    }

    @Test
    void areAllZeroWhereThatIsAskedFor() {
        // Given
        ModelSpec spec = spec();

        // When
        Weights weights = FreshWeights.of(spec, training(Scheme.ZEROS, 0, 1));

        // Then
        assertThat(weights.tensors())
                .allSatisfy(tensor -> assertThat(tensor.values()).containsOnly(0));
    }

    @ParameterizedTest
    @EnumSource(value = Scheme.class, mode = EnumSource.Mode.EXCLUDE, names = "TORCH_LINEAR")
    void haveBiasesOfOneValue(Scheme scheme) {
        assertThat(values(DIGITS, scheme, 0, "layers.0.bias")).hasSize(300).containsOnly(0);
        assertThat(values(DIGITS, scheme, 0.1, "layers.0.bias")).hasSize(300).containsOnly(0.1f);
        assertThat(values(DIGITS, scheme, 0.1, "layers.1.bias")).hasSize(10).containsOnly(0.1f);
    }

    @Test
    void haveBiasesDrawnLikeTheWeightsOfPyTorchsLinear() throws IOException {
        // Given
        ModelSpec spec = spec(new LayerSpec(10_000, Activation.RELU));

        // When
        float[] biases = values(spec, Scheme.TORCH_LINEAR, 0, "layers.0.bias");

        // Then
        double largest = reference(784, 300, "linearBound");
        assertThat(largest(biases)).isBetween(0.99 * largest, largest * (1 + 1e-6));
        assertThat(variance(biases)).isCloseTo(largest * largest / 3, within(0.02 * largest * largest));
    }

    @Test
    void haveNormalisationsThatHaveLearnedNothing() {
        // Given
        ModelSpec spec = spec(new LayerSpec(3, Activation.RELU, 0, 0, BatchNorm.DEFAULT));

        // When
        Weights weights = FreshWeights.of(spec, training(Scheme.AUTO, 0.5, 1));

        // Then
        assertThat(values(weights, "norms.0.weight")).containsExactly(1, 1, 1);
        assertThat(values(weights, "norms.0.bias")).containsExactly(0, 0, 0);
        assertThat(values(weights, "norms.0.running_mean")).containsExactly(0, 0, 0);
        assertThat(values(weights, "norms.0.running_var")).containsExactly(1, 1, 1);
        assertThat(weights.fitTo(spec).tensors()).isEqualTo(weights.tensors());
    }

    @ParameterizedTest
    @EnumSource(value = Scheme.class, mode = EnumSource.Mode.EXCLUDE, names = "ZEROS")
    void areTheSameForTheSameSeedAlone(Scheme scheme) {
        // Given
        ModelSpec spec = spec(new LayerSpec(8, Activation.RELU));

        // When
        byte[] once = Safetensors.encode(FreshWeights.of(spec, training(scheme, 0, 5)));
        byte[] again = Safetensors.encode(FreshWeights.of(spec, training(scheme, 0, 5)));
        byte[] other = Safetensors.encode(FreshWeights.of(spec, training(scheme, 0, 6)));

        // Then
        assertThat(once).isEqualTo(again).isNotEqualTo(other);
    }

    private static ModelSpec spec(LayerSpec... hidden) {
        return new ModelSpec(InputSpec.image(1, 28, 28), List.of(hidden), ModelSpec.numbered(10));
    }

    private static TrainingSpec training(Scheme scheme, double bias, long seed) {
        return new TrainingSpec(
                OptimizerSpec.adam(0.01), true, 0, GradientClipping.NONE, 1, new Initialisation(scheme, bias), seed);
    }

    private static float[] values(ModelSpec spec, Scheme scheme, double bias, String tensor) {
        return values(FreshWeights.of(spec, training(scheme, bias, 1)), tensor);
    }

    private static float[] values(Weights weights, String name) {
        return weights.tensors().stream()
                .filter(tensor -> tensor.name().equals(name))
                .map(NamedTensor::values)
                .findFirst()
                .orElseThrow();
    }

    /** What PyTorch draws within, or how far apart. */
    private static double reference(int fanIn, int fanOut, String name) throws IOException {
        try (InputStream file = FreshWeightsTest.class.getResourceAsStream("/reference-losses.json")) {
            JsonNode rows = new ObjectMapper().readTree(file).get("initialisations");
            return StreamSupport.stream(rows.spliterator(), false)
                    .filter(row -> row.get("fanIn").asInt() == fanIn
                            && row.get("fanOut").asInt() == fanOut)
                    .findFirst()
                    .orElseThrow()
                    .get(name)
                    .asDouble();
        }
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(float[] values) {
        double mean = mean(values);
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        return squares / values.length;
    }
}
