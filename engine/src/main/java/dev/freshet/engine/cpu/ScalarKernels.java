package dev.freshet.engine.cpu;

import java.util.Arrays;

/** Without the Vector API: loops over columns that the JIT compiler can turn into vector instructions by itself. */
final class ScalarKernels implements Kernels {
    /** As wide as one AVX-512 register: panels of a size that suits every processor. */
    private static final int LANES = 16;

    private final int lanes;

    ScalarKernels() {
        this(LANES);
    }

    /** @param lanes 4, 8 or 16: the panels of a processor with vectors of as many floats */
    ScalarKernels(int lanes) {
        this.lanes = lanes;
    }

    @Override
    public int lanes() {
        return lanes;
    }

    @Override
    public String description() {
        return "plain Java";
    }

    @Override
    public void multiplyAdd(
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int depth,
            int width) {
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < depth; k++) {
                multiplyAdd(a[aOffset + r * aRow + k], b, bOffset + k * width, c, cOffset + r * cRow, width);
            }
        }
    }

    @Override
    public void multiplyAddQuads(
            float[] a,
            int aOffset,
            int aQuad,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int quads,
            int depth,
            int width) {
        for (int row = 0; row < QUAD * quads; row++) {
            int from = aOffset + row / QUAD * aQuad + row % QUAD;
            for (int k = 0; k < depth; k++) {
                multiplyAdd(a[from + QUAD * k], b, bOffset + k * width, c, cOffset + row * cRow, width);
            }
        }
    }

    @Override
    public void multiplyAddQuadAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int width) {
        for (int n = from; n < to; n++) {
            for (int r = 0; r < QUAD; r++) {
                multiplyAdd(a[aOffset + QUAD * n + r], b, bOffset + index[n] * width, c, cOffset + r * cRow, width);
            }
        }
    }

    @Override
    public void multiplyAddAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int width) {
        for (int n = from; n < to; n++) {
            for (int r = 0; r < rows; r++) {
                multiplyAdd(
                        a[aOffset + r * aRow + index[n]], b, bOffset + index[n] * width, c, cOffset + r * cRow, width);
            }
        }
    }

    @Override
    public void addOuterQuads(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aQuad,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int quads,
            int width) {
        for (int row = 0; row < QUAD * quads; row++) {
            int aRow = aOffset + row / QUAD * aQuad + row % QUAD;
            for (int n = from; n < to; n++) {
                multiplyAdd(a[aRow + QUAD * n], c, cOffset + row * cRow, b, bOffset + index[n] * width, width);
            }
        }
    }

    @Override
    public void addOuterAt(
            int[] index,
            int from,
            int to,
            float[] a,
            int aOffset,
            int aRow,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int width) {
        for (int n = from; n < to; n++) {
            for (int r = 0; r < rows; r++) {
                multiplyAdd(
                        a[aOffset + r * aRow + index[n]], c, cOffset + r * cRow, b, bOffset + index[n] * width, width);
            }
        }
    }

    @Override
    public float interleave(float[] a, int offset, int row, int columns, float[] quad, int to) {
        for (int k = 0; k < columns; k++) {
            for (int r = 0; r < QUAD; r++) {
                quad[to + QUAD * k + r] = a[offset + r * row + k];
            }
        }
        return largest(a, offset, row, QUAD, columns);
    }

    @Override
    public void interleaveAt(int[] index, int from, int end, float[] a, int offset, int row, float[] quad, int to) {
        for (int n = from; n < end; n++) {
            for (int r = 0; r < QUAD; r++) {
                quad[to + QUAD * n + r] = a[offset + r * row + index[n]];
            }
        }
    }

    @Override
    public void magnitudes(float[] x, int offset, int row, int rows, int columns, int[] bits, int to) {
        Arrays.fill(bits, to, to + columns, 0);
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int k = 0; k < columns; k++) {
                bits[to + k] = Math.max(bits[to + k], Float.floatToRawIntBits(Math.abs(x[begin + k])));
            }
        }
    }

    @Override
    public void rectify(float[] x, float[] y, int offset, int row, int rows, int width) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i++) {
                y[i] = Math.max(0, x[i]);
            }
        }
    }

    @Override
    public void keepWherePositive(float[] y, float[] values, int offset, int row, int rows, int width, float factor) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i++) {
                values[i] = y[i] > 0 ? values[i] * factor : 0;
            }
        }
    }

    @Override
    public void add(float[] x, float[] y, int offset, int row, int rows, int width) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i++) {
                y[i] += x[i];
            }
        }
    }

    @Override
    public void addRows(float[] values, int offset, int row, int rows, int width, float[] sum, int to) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int j = 0; j < width; j++) {
                sum[to + j] += values[begin + j];
            }
        }
    }

    @Override
    public void momentum(
            float[] w,
            float[] velocity,
            int offset,
            float[] g,
            int from,
            int length,
            float momentum,
            float share,
            boolean nesterov,
            float learningRate) {
        for (int i = 0; i < length; i++) {
            float v = Math.fma(momentum, velocity[offset + i], g[from + i] * share);
            v = Math.abs(v) < SMALLEST_MOMENT ? 0 : v;
            velocity[offset + i] = v;
            float step = nesterov ? Math.fma(momentum, v, g[from + i]) : v;
            w[offset + i] = Math.fma(-learningRate, step, w[offset + i]);
        }
    }

    @Override
    public void drop(float[] values, int offset, int length, int seed, int firstKept, float factor) {
        for (int i = 0; i < length; i++) {
            int z = seed + i * GOLDEN_GAMMA;
            z = (z ^ z >>> 16) * 0x85ebca6b;
            z = (z ^ z >>> 13) * 0xc2b2ae35;
            z ^= z >>> 16;
            values[offset + i] = z >>> 8 >= firstKept ? values[offset + i] * factor : 0;
        }
    }

    @Override
    public void powers(float[] x, float[] y, int row, int rows, float[] largest) {
        for (int r = 0; r < rows; r++) {
            for (int i = r * row; i < r * row + row; i++) {
                y[i] = Elementwise.exp(x[i] - largest[r]);
            }
        }
    }

    @Override
    public void divideRows(float[] y, int row, int rows, float[] sums, float smallest, float factor) {
        for (int r = 0; r < rows; r++) {
            for (int i = r * row; i < r * row + row; i++) {
                float quotient = y[i] / sums[r];
                y[i] = quotient < smallest ? 0 : quotient * factor;
            }
        }
    }

    @Override
    public float largest(float[] values, int offset, int row, int rows, int width) {
        float largest = 0;
        for (int r = 0; r < rows; r++) {
            for (int i = offset + r * row; i < offset + r * row + width; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
        }
        return largest;
    }

    private static void multiplyAdd(float x, float[] b, int bOffset, float[] c, int cOffset, int width) {
        for (int j = 0; j < width; j++) {
            c[cOffset + j] = Math.fma(x, b[bOffset + j], c[cOffset + j]);
        }
    }

    @Override
    public void penalise(float[] w, int offset, float[] g, int from, int length, float l1) {
        for (int i = 0; i < length; i++) {
            float weight = w[offset + i];
            g[from + i] += weight > 0 ? l1 : weight < 0 ? -l1 : 0;
        }
    }

    @Override
    public void sgd(float[] w, int offset, float[] g, int from, int length, float learningRate) {
        for (int i = 0; i < length; i++) {
            w[offset + i] = Math.fma(-learningRate, g[from + i], w[offset + i]);
        }
    }

    @Override
    public void adam(
            float[] w,
            float[] m,
            float[] v,
            int offset,
            float[] g,
            int from,
            int length,
            float beta1,
            float beta2,
            float epsilon,
            float step,
            float rootScale) {
        for (int i = 0; i < length; i++) {
            float magnitude = Math.max(Math.abs(g[from + i]), SMALLEST_SQUARED);
            float first = Math.fma(beta1, m[offset + i], (1 - beta1) * g[from + i]);
            float second = Math.fma(beta2, v[offset + i], (1 - beta2) * magnitude * magnitude);
            first = Math.abs(first) < SMALLEST_MOMENT ? 0 : first;
            m[offset + i] = first;
            v[offset + i] = second;
            float root = Math.fma((float) Math.sqrt(second), rootScale, epsilon);
            w[offset + i] = Math.fma(-step, first / root, w[offset + i]);
        }
    }
}
