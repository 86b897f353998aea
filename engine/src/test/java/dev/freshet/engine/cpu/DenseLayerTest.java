package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.core.model.NamedTensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of a layer, against sums in double precision. */
class DenseLayerTest {
    private Random random;

    static Stream<Arguments> shapes() {
        // Shared by panels and by inputs, narrow and wide; rows that are quads, and some that are left.
        return Stream.of(VectorKernels.create(), new ScalarKernels(4), new ScalarKernels(16))
                .flatMap(kernels -> Stream.of(301, 2_101)
                        .flatMap(inputs -> Stream.of(10, 100).flatMap(outputs -> Stream.of(3, 9, 150)
                                .map(rows -> Arguments.of(kernels, inputs, outputs, rows)))));
    }

    @BeforeEach
    void seed() {
        random = new Random(1);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void multipliesEveryInput(Kernels kernels, int inputs, int outputs, int rows) {
        check(kernels, inputs, outputs, rows, gaussian(rows * inputs));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void multipliesInputsThatAreMostlyZero(Kernels kernels, int inputs, int outputs, int rows) {
        // Given
        float[] features = gaussian(rows * inputs);
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextInt(8) == 0 ? features[i] : 0;
        }

        // Then
        check(kernels, inputs, outputs, rows, features);
    }

    private void check(Kernels kernels, int inputs, int outputs, int rows, float[] features) {
        // Given
        float[] weights = gaussian(outputs * inputs);
        DenseLayer layer = new DenseLayer(
                kernels,
                new NamedTensor("w", List.of(outputs, inputs), weights),
                new NamedTensor("b", List.of(outputs), new float[outputs]));
        int row = layer.panels().paddedOutputs();
        float[] y = new float[rows * row];
        float[] deltas = gaussian(rows * row);
        float[] gradient = new float[layer.panels().size()];
        Inputs x = layer.inputs();

        // When
        x.read(features, 0, rows);
        layer.forward(x, y, layer.partialSums(rows));
        for (int part = 0; part < layer.parts(); part++) {
            layer.addGradient(x, deltas, part, gradient);
        }

        // Then
        float[] unpacked = layer.panels().unpack("dw", gradient).values();
        double error = 0;
        double gradientError = 0;
        for (int j = 0; j < outputs; j++) {
            for (int r = 0; r < rows; r++) {
                double expected = 0;
                for (int k = 0; k < inputs; k++) {
                    expected += (double) features[r * inputs + k] * weights[j * inputs + k];
                }
                error = Math.max(error, Math.abs(y[r * row + j] - expected));
            }
            for (int k = 0; k < inputs; k++) {
                double expected = 0;
                for (int r = 0; r < rows; r++) {
                    expected += (double) features[r * inputs + k] * deltas[r * row + j];
                }
                gradientError = Math.max(gradientError, Math.abs(unpacked[j * inputs + k] - expected));
            }
        }
        assertThat(error).isLessThan(1e-3);
        assertThat(gradientError).isLessThan(1e-4);
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
