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

    @Override
    public void multiplyAddQuads(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow,
            int width) {
        for (int n = from; n < to; n++) {
            for (int r = 0; r < 4; r++) {
                multiplyAdd(quads[4 * n + r], b, bOffset + index[n] * bRow, c, cOffset + r * cRow, width);
            }
        }
    }

    @Override
    public void addOuterQuads(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] c,
            int cOffset,
            int cRow,
            float[] b,
            int bOffset,
            int bRow,
            int width) {
        for (int n = from; n < to; n++) {
            for (int r = 0; r < 4; r++) {
                multiplyAdd(quads[4 * n + r], c, cOffset + r * cRow, b, bOffset + index[n] * bRow, width);
            }
        }
    }

    @Override
    public void keepWherePositive(float[] x, float[] values, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            values[i] = x[i] > 0 ? values[i] : 0;
        }
    }

    @Override
    public void momentum(
            float[] w,
            float[] velocity,
            int offset,
            float[] g,
            int length,
            float momentum,
            float share,
            boolean nesterov,
            float learningRate) {
        for (int i = 0; i < length; i++) {
            float v = Math.fma(momentum, velocity[offset + i], g[i] * share);
            v = Math.abs(v) < SMALLEST_MOMENT ? 0 : v;
            velocity[offset + i] = v;
            float step = nesterov ? Math.fma(momentum, v, g[i]) : v;
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
    public float largest(float[] values, int length) {
        return Elementwise.largest(values, length);
    }

    private static void multiplyAdd(float x, float[] b, int bOffset, float[] c, int cOffset, int width) {
        for (int j = 0; j < width; j++) {
            c[cOffset + j] = Math.fma(x, b[bOffset + j], c[cOffset + j]);
        }
    }

    @Override
    public void penalise(float[] w, int offset, float[] g, int length, float l1) {
        for (int i = 0; i < length; i++) {
            float weight = w[offset + i];
            g[i] += weight > 0 ? l1 : weight < 0 ? -l1 : 0;
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
