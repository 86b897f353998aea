package dev.freshet.engine.cpu;

import java.util.Arrays;

/** Without the Vector API: loops over columns that the JIT compiler can turn into vector instructions by itself. */
final class ScalarKernels implements Kernels {
    /** As wide as one AVX-512 register: panels of a size that suits every processor. */
    private static final int LANES = 16;

    private final ThreadLocal<float[]> odd = ThreadLocal.withInitial(() -> new float[4 * LANES]);

    @Override
    public int lanes() {
        return LANES;
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
            int aDepth,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int depth,
            int width) {
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < depth; k++) {
                multiplyAdd(a[aOffset + r * aRow + k * aDepth], b, bOffset + k * bRow, c, cOffset + r * cRow, width);
            }
        }
    }

    @Override
    public void multiplyAddSparse(
            int[] index,
            float[] value,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] y,
            int yOffset,
            int width) {
        float[] oddSums = odd.get();
        Arrays.fill(oddSums, 0, width, 0);
        int n = from;
        for (; n + 1 < to; n += 2) {
            multiplyAdd(value[n], b, bOffset + index[n] * bRow, y, yOffset, width);
            multiplyAdd(value[n + 1], b, bOffset + index[n + 1] * bRow, oddSums, 0, width);
        }
        if (n < to) {
            multiplyAdd(value[n], b, bOffset + index[n] * bRow, y, yOffset, width);
        }
        for (int j = 0; j < width; j++) {
            y[yOffset + j] += oddSums[j];
        }
    }

    private static void multiplyAdd(float x, float[] b, int bOffset, float[] c, int cOffset, int width) {
        for (int j = 0; j < width; j++) {
            c[cOffset + j] = Math.fma(x, b[bOffset + j], c[cOffset + j]);
        }
    }

    @Override
    public void sgd(float[] w, int offset, float[] g, int length, float learningRate) {
        for (int i = 0; i < length; i++) {
            w[offset + i] = Math.fma(-learningRate, g[i], w[offset + i]);
        }
    }

    @Override
    public void adam(
            float[] w,
            float[] m,
            float[] v,
            int offset,
            float[] g,
            int length,
            float beta1,
            float beta2,
            float epsilon,
            float step,
            float rootScale) {
        for (int i = 0; i < length; i++) {
            float first = Math.fma(beta1, m[offset + i], (1 - beta1) * g[i]);
            float second = Math.fma(beta2, v[offset + i], (1 - beta2) * g[i] * g[i]);
            first = Math.abs(first) < SMALLEST_MOMENT ? 0 : first;
            second = second < SMALLEST_MOMENT ? 0 : second;
            m[offset + i] = first;
            v[offset + i] = second;
            float root = Math.fma((float) Math.sqrt(second), rootScale, epsilon);
            w[offset + i] = Math.fma(-step, first / root, w[offset + i]);
        }
    }
}
