package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.core.model.NamedTensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OuterProductsTest {
    private static final int OUTPUTS = 100;

    static Stream<Arguments> shapes() {
        // Shared by panels and by inputs; few examples and so many that they are copied, which are no multiple of a
        // tile.
        return Stream.of(VectorKernels.create(), new ScalarKernels(4), new ScalarKernels(16))
                .flatMap(kernels -> Stream.of(301, 2_101)
                        .flatMap(inputs -> Stream.of(9, 150).map(rows -> Arguments.of(kernels, inputs, rows))));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void addsTheGradientOfEveryWeightOnce(Kernels kernels, int inputs, int rows) {
        // Given
        Random random = new Random(1);
        DenseLayer layer = new DenseLayer(
                kernels,
                new NamedTensor("w", List.of(OUTPUTS, inputs), new float[OUTPUTS * inputs]),
                new NamedTensor("b", List.of(OUTPUTS), new float[OUTPUTS]));
        Panels panels = layer.panels();
        int row = panels.paddedOutputs();
        float[] features = gaussian(random, rows * inputs);
        float[] deltas = gaussian(random, rows * row);
        Inputs x = layer.inputs();
        x.read(features, 0, rows);
        float[] gradient = new float[panels.size()];

        // When
        OuterProducts products = new OuterProducts(kernels, layer);
        for (int part = 0; part < layer.parts(); part++) {
            products.begin(x, deltas, part);
            for (int block = layer.firstBlockOfPart(x, part); block < layer.endBlockOfPart(x, part); block++) {
                products.beginBlock(x, block);
                for (int panel = layer.firstPanelOfPart(part); panel < layer.endPanelOfPart(part); panel++) {
                    products.add(x, block, deltas, gradient, panels.begin(panel), panel);
                }
            }
        }

        // Then
        float[] unpacked = panels.unpack("dw", gradient).values();
        for (int j = 0; j < OUTPUTS; j++) {
            for (int k = 0; k < inputs; k++) {
                double expected = 0;
                for (int r = 0; r < rows; r++) {
                    expected += (double) features[r * inputs + k] * deltas[r * row + j];
                }
                assertThat((double) unpacked[j * inputs + k]).isCloseTo(expected, within(1e-4));
            }
        }
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
