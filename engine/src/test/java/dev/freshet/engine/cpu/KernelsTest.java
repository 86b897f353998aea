package dev.freshet.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that no mini-batch of a test has: with and without vectors, the same bits come of them. */
class KernelsTest {
    private static final Kernels VECTOR = VectorKernels.create();
    private static final Kernels SCALAR = new ScalarKernels();
    /** A multiple of the lanes of both. */
    private static final int ROW = 64;

    @Test
    void takesPowersOfWhateverALogitCanBe() {
        // Given
        float[] x = new float[3 * ROW];
        Random random = new Random(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = -random.nextFloat() * 95;
        }
        float[] special = {
            0, -0f, -1e-10f, -86.99f, -87, -87.01f, -1e30f, Float.NEGATIVE_INFINITY, Float.NaN, -Float.MIN_VALUE
        };
        System.arraycopy(special, 0, x, 0, special.length);
        float[] largest = {0, 1.5f, Float.NaN};
        float[] vector = new float[3 * ROW];
        float[] scalar = new float[3 * ROW];

        // When
        VECTOR.powers(x, vector, ROW, 3, largest);
        SCALAR.powers(x, scalar, ROW, 3, largest);

        // Then
        assertThat(Arrays.equals(vector, scalar)).isTrue();
        assertThat(vector).startsWith(1, 1, 1).endsWith(Float.NaN);
        assertThat(vector[4]).isZero();
        assertThat(vector[8]).isNaN();
    }

    @Test
    void dividesRowsAndTakesWhatIsTinyFor0() {
        // Given
        float[] vector = new float[2 * ROW];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) Math.pow(0.7, i);
        }
        float[] scalar = vector.clone();
        float[] sums = {3, 7};

        // When
        VECTOR.divideRows(vector, ROW, 2, sums, 1e-6f, 0.25f);
        SCALAR.divideRows(scalar, ROW, 2, sums, 1e-6f, 0.25f);

        // Then
        assertThat(vector).containsExactly(scalar);
        assertThat(vector[0]).isEqualTo(1 / 3f * 0.25f);
        assertThat(vector[ROW - 1]).isZero();
    }

    @Test
    void findsTheLargestMagnitudeOfEachColumnAsBits() {
        // Given: rows and columns that are no multiple of anything
        int rows = 7;
        int columns = 37;
        float[] x = new float[5 + rows * columns];
        Random random = new Random(1);
        for (int i = 5; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        for (int r = 0; r < rows; r++) {
            x[5 + r * columns + 2] = r % 2 == 0 ? 0 : -0f;
        }
        x[5 + 3 * columns + 36] = Float.NaN;
        x[5 + 6 * columns + 1] = Float.NEGATIVE_INFINITY;
        int[] vector = new int[3 + columns];
        int[] scalar = new int[3 + columns];

        // When
        VECTOR.magnitudes(x, 5, columns, rows, columns, vector, 3);
        SCALAR.magnitudes(x, 5, columns, rows, columns, scalar, 3);

        // Then
        assertThat(vector).containsExactly(scalar);
        assertThat(vector[3 + 2]).isZero();
        assertThat(Float.intBitsToFloat(vector[3 + 36])).isNaN();
        assertThat(Float.intBitsToFloat(vector[3 + 1])).isEqualTo(Float.POSITIVE_INFINITY);
        float most = 0;
        for (int r = 0; r < rows; r++) {
            most = Math.max(most, Math.abs(x[5 + r * columns + 9]));
        }
        assertThat(Float.intBitsToFloat(vector[3 + 9])).isEqualTo(most);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void multipliesTheListedColumnsOfSingleRows(int vectors) {
        // Given
        int rows = 3;
        int columns = 37;
        int width = vectors * VECTOR.lanes();
        Random random = new Random(1);
        float[] a = gaussian(random, rows * columns);
        float[] b = gaussian(random, columns * width);
        float[] vector = gaussian(random, rows * width);
        float[] scalar = vector.clone();
        int[] listed = {0, 3, 4, 11, 35, 36};

        // When
        VECTOR.multiplyAddAt(listed, 1, 6, a, 0, columns, b, 0, vector, 0, width, rows, width);
        SCALAR.multiplyAddAt(listed, 1, 6, a, 0, columns, b, 0, scalar, 0, width, rows, width);

        // Then
        assertThat(vector).containsExactly(scalar);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void multipliesQuads(int vectors) {
        // Given: eight rows are a tile of narrow panels, and four are left
        int quads = 3;
        int columns = 37;
        int width = vectors * VECTOR.lanes();
        Random random = new Random(1);
        float[] a = gaussian(random, 5 + quads * 4 * columns);
        float[] b = gaussian(random, columns * width);
        float[] vector = gaussian(random, 4 * quads * width);
        float[] scalar = vector.clone();

        // When
        VECTOR.multiplyAddQuads(a, 5, 4 * columns, b, 0, vector, 0, width, quads, columns, width);
        SCALAR.multiplyAddQuads(a, 5, 4 * columns, b, 0, scalar, 0, width, quads, columns, width);

        // Then
        assertThat(vector).containsExactly(scalar);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void multipliesTheListedColumnsOfAQuad(int vectors) {
        // Given
        int width = vectors * VECTOR.lanes();
        Random random = new Random(1);
        int[] listed = {0, 3, 4, 11, 35, 36};
        float[] a = gaussian(random, 5 + 4 * listed.length);
        float[] b = gaussian(random, 37 * width);
        float[] vector = gaussian(random, 4 * width);
        float[] scalar = vector.clone();

        // When
        VECTOR.multiplyAddQuadAt(listed, 1, 6, a, 5, b, 0, vector, 0, width, width);
        SCALAR.multiplyAddQuadAt(listed, 1, 6, a, 5, b, 0, scalar, 0, width, width);

        // Then
        assertThat(vector).containsExactly(scalar);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void addsOuterProductsOfQuads(int vectors) {
        // Given
        int quads = 3;
        int width = vectors * VECTOR.lanes();
        Random random = new Random(1);
        int[] listed = {0, 3, 4, 11, 35, 36};
        float[] a = gaussian(random, 5 + quads * 4 * listed.length);
        float[] c = gaussian(random, 4 * quads * width);
        float[] vector = gaussian(random, 37 * width);
        float[] scalar = vector.clone();

        // When
        VECTOR.addOuterQuads(listed, 1, 6, a, 5, 4 * listed.length, vector, 0, c, 0, width, quads, width);
        SCALAR.addOuterQuads(listed, 1, 6, a, 5, 4 * listed.length, scalar, 0, c, 0, width, quads, width);

        // Then
        assertThat(vector).containsExactly(scalar);
    }

    @ParameterizedTest
    @ValueSource(floats = {1e9f, Float.NEGATIVE_INFINITY, Float.NaN})
    void copiesFourRowsIntoAQuadAndFindsTheLargest(float largest) {
        // Given: columns that are no multiple of anything, and something large in the last
        int row = 41;
        int columns = 37;
        float[] a = gaussian(new Random(1), 4 * row);
        a[2 + row + columns - 1] = largest;
        float[] vector = new float[3 + 4 * columns];
        float[] scalar = new float[3 + 4 * columns];
        int[] listed = {0, 3, 4, 11, 35, 36};
        float[] vectorListed = new float[3 + 4 * listed.length];
        float[] scalarListed = new float[3 + 4 * listed.length];

        // When
        float found = VECTOR.interleave(a, 2, row, columns, vector, 3);
        VECTOR.interleaveAt(listed, 1, 6, a, 2, row, vectorListed, 3);

        // Then
        float expected = SCALAR.interleave(a, 2, row, columns, scalar, 3);
        assertThat(found).isEqualTo(Float.valueOf(expected)).isEqualTo(Float.valueOf(Math.abs(largest)));
        assertThat(vector).containsExactly(scalar);
        assertThat(vector[3 + 4 * 20 + 3]).isEqualTo(a[2 + 3 * row + 20]);
        SCALAR.interleaveAt(listed, 1, 6, a, 2, row, scalarListed, 3);
        assertThat(vectorListed).containsExactly(scalarListed);
        assertThat(vectorListed[3 + 4 * 4 + 1]).isEqualTo(a[2 + row + 35]);
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
