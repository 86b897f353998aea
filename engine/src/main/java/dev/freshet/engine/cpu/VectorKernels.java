package dev.freshet.engine.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * With the Vector API, in vectors as wide as the processor's.
 *
 * <p>The sums of a tile are named one by one: JDK 17 keeps neither an array of vectors nor vectors that an inner loop carries
 * in registers, but puts each of them on the heap.
 */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private VectorKernels() {}

    static Kernels create() {
        return new VectorKernels();
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public String description() {
        return "Vector API, " + SPECIES.vectorBitSize() + " bits";
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
        int column = 0;
        for (; column + 4 * LANES <= width; column += 4 * LANES) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                tile4x4(
                        a,
                        aOffset + r * aRow,
                        aRow,
                        aDepth,
                        b,
                        bOffset + column,
                        bRow,
                        c,
                        cOffset + r * cRow + column,
                        cRow,
                        depth);
            }
            for (; r < rows; r++) {
                tile1x4(
                        a,
                        aOffset + r * aRow,
                        aDepth,
                        b,
                        bOffset + column,
                        bRow,
                        c,
                        cOffset + r * cRow + column,
                        depth);
            }
        }
        for (; column < width; column += LANES) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                tile4x1(
                        a,
                        aOffset + r * aRow,
                        aRow,
                        aDepth,
                        b,
                        bOffset + column,
                        bRow,
                        c,
                        cOffset + r * cRow + column,
                        cRow,
                        depth);
            }
            for (; r < rows; r++) {
                tile1x1(
                        a,
                        aOffset + r * aRow,
                        aDepth,
                        b,
                        bOffset + column,
                        bRow,
                        c,
                        cOffset + r * cRow + column,
                        depth);
            }
        }
    }

    /** Four rows by four vectors: 16 sums in registers, and eight loads for 16 multiply-adds. */
    private static void tile4x4(
            float[] a,
            int a0,
            int aRow,
            int aDepth,
            float[] b,
            int b0,
            int bRow,
            float[] c,
            int c0,
            int cRow,
            int depth) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = load(c, c0);
        FloatVector s01 = load(c, c0 + LANES);
        FloatVector s02 = load(c, c0 + 2 * LANES);
        FloatVector s03 = load(c, c0 + 3 * LANES);
        FloatVector s10 = load(c, c1);
        FloatVector s11 = load(c, c1 + LANES);
        FloatVector s12 = load(c, c1 + 2 * LANES);
        FloatVector s13 = load(c, c1 + 3 * LANES);
        FloatVector s20 = load(c, c2);
        FloatVector s21 = load(c, c2 + LANES);
        FloatVector s22 = load(c, c2 + 2 * LANES);
        FloatVector s23 = load(c, c2 + 3 * LANES);
        FloatVector s30 = load(c, c3);
        FloatVector s31 = load(c, c3 + LANES);
        FloatVector s32 = load(c, c3 + 2 * LANES);
        FloatVector s33 = load(c, c3 + 3 * LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector v0 = load(b, b0);
            FloatVector v1 = load(b, b0 + LANES);
            FloatVector v2 = load(b, b0 + 2 * LANES);
            FloatVector v3 = load(b, b0 + 3 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            s02 = x.fma(v2, s02);
            s03 = x.fma(v3, s03);
            x = FloatVector.broadcast(SPECIES, a[a0 + aRow]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            s12 = x.fma(v2, s12);
            s13 = x.fma(v3, s13);
            x = FloatVector.broadcast(SPECIES, a[a0 + 2 * aRow]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            s22 = x.fma(v2, s22);
            s23 = x.fma(v3, s23);
            x = FloatVector.broadcast(SPECIES, a[a0 + 3 * aRow]);
            s30 = x.fma(v0, s30);
            s31 = x.fma(v1, s31);
            s32 = x.fma(v2, s32);
            s33 = x.fma(v3, s33);
            a0 += aDepth;
            b0 += bRow;
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s02.intoArray(c, c0 + 2 * LANES);
        s03.intoArray(c, c0 + 3 * LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s12.intoArray(c, c1 + 2 * LANES);
        s13.intoArray(c, c1 + 3 * LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s22.intoArray(c, c2 + 2 * LANES);
        s23.intoArray(c, c2 + 3 * LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s32.intoArray(c, c3 + 2 * LANES);
        s33.intoArray(c, c3 + 3 * LANES);
    }

    /** What is left of the rows, in wide panels. */
    private static void tile1x4(
            float[] a, int a0, int aDepth, float[] b, int b0, int bRow, float[] c, int c0, int depth) {
        FloatVector s0 = load(c, c0);
        FloatVector s1 = load(c, c0 + LANES);
        FloatVector s2 = load(c, c0 + 2 * LANES);
        FloatVector s3 = load(c, c0 + 3 * LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
            s0 = x.fma(load(b, b0), s0);
            s1 = x.fma(load(b, b0 + LANES), s1);
            s2 = x.fma(load(b, b0 + 2 * LANES), s2);
            s3 = x.fma(load(b, b0 + 3 * LANES), s3);
            a0 += aDepth;
            b0 += bRow;
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
        s2.intoArray(c, c0 + 2 * LANES);
        s3.intoArray(c, c0 + 3 * LANES);
    }

    /** Four rows by one vector, for narrow panels such as that of ten classes. */
    private static void tile4x1(
            float[] a,
            int a0,
            int aRow,
            int aDepth,
            float[] b,
            int b0,
            int bRow,
            float[] c,
            int c0,
            int cRow,
            int depth) {
        FloatVector s0 = load(c, c0);
        FloatVector s1 = load(c, c0 + cRow);
        FloatVector s2 = load(c, c0 + 2 * cRow);
        FloatVector s3 = load(c, c0 + 3 * cRow);
        for (int k = 0; k < depth; k++) {
            FloatVector v = load(b, b0);
            s0 = FloatVector.broadcast(SPECIES, a[a0]).fma(v, s0);
            s1 = FloatVector.broadcast(SPECIES, a[a0 + aRow]).fma(v, s1);
            s2 = FloatVector.broadcast(SPECIES, a[a0 + 2 * aRow]).fma(v, s2);
            s3 = FloatVector.broadcast(SPECIES, a[a0 + 3 * aRow]).fma(v, s3);
            a0 += aDepth;
            b0 += bRow;
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + cRow);
        s2.intoArray(c, c0 + 2 * cRow);
        s3.intoArray(c, c0 + 3 * cRow);
    }

    /** What is left of the rows, in narrow panels. */
    private static void tile1x1(
            float[] a, int a0, int aDepth, float[] b, int b0, int bRow, float[] c, int c0, int depth) {
        FloatVector s = load(c, c0);
        for (int k = 0; k < depth; k++) {
            s = FloatVector.broadcast(SPECIES, a[a0]).fma(load(b, b0), s);
            a0 += aDepth;
            b0 += bRow;
        }
        s.intoArray(c, c0);
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
        int column = 0;
        for (; column + 4 * LANES <= width; column += 4 * LANES) {
            sparse4(index, value, from, to, b, bOffset + column, bRow, y, yOffset + column);
        }
        for (; column < width; column += LANES) {
            sparse1(index, value, from, to, b, bOffset + column, bRow, y, yOffset + column);
        }
    }

    private static void sparse4(
            int[] index, float[] value, int from, int to, float[] b, int bOffset, int bRow, float[] y, int y0) {
        FloatVector even0 = load(y, y0);
        FloatVector even1 = load(y, y0 + LANES);
        FloatVector even2 = load(y, y0 + 2 * LANES);
        FloatVector even3 = load(y, y0 + 3 * LANES);
        FloatVector odd0 = FloatVector.zero(SPECIES);
        FloatVector odd1 = FloatVector.zero(SPECIES);
        FloatVector odd2 = FloatVector.zero(SPECIES);
        FloatVector odd3 = FloatVector.zero(SPECIES);
        int n = from;
        for (; n + 1 < to; n += 2) {
            FloatVector x = FloatVector.broadcast(SPECIES, value[n]);
            int b0 = bOffset + index[n] * bRow;
            even0 = x.fma(load(b, b0), even0);
            even1 = x.fma(load(b, b0 + LANES), even1);
            even2 = x.fma(load(b, b0 + 2 * LANES), even2);
            even3 = x.fma(load(b, b0 + 3 * LANES), even3);
            x = FloatVector.broadcast(SPECIES, value[n + 1]);
            b0 = bOffset + index[n + 1] * bRow;
            odd0 = x.fma(load(b, b0), odd0);
            odd1 = x.fma(load(b, b0 + LANES), odd1);
            odd2 = x.fma(load(b, b0 + 2 * LANES), odd2);
            odd3 = x.fma(load(b, b0 + 3 * LANES), odd3);
        }
        if (n < to) {
            FloatVector x = FloatVector.broadcast(SPECIES, value[n]);
            int b0 = bOffset + index[n] * bRow;
            even0 = x.fma(load(b, b0), even0);
            even1 = x.fma(load(b, b0 + LANES), even1);
            even2 = x.fma(load(b, b0 + 2 * LANES), even2);
            even3 = x.fma(load(b, b0 + 3 * LANES), even3);
        }
        even0.add(odd0).intoArray(y, y0);
        even1.add(odd1).intoArray(y, y0 + LANES);
        even2.add(odd2).intoArray(y, y0 + 2 * LANES);
        even3.add(odd3).intoArray(y, y0 + 3 * LANES);
    }

    private static void sparse1(
            int[] index, float[] value, int from, int to, float[] b, int bOffset, int bRow, float[] y, int y0) {
        FloatVector even = load(y, y0);
        FloatVector odd = FloatVector.zero(SPECIES);
        int n = from;
        for (; n + 1 < to; n += 2) {
            even = FloatVector.broadcast(SPECIES, value[n]).fma(load(b, bOffset + index[n] * bRow), even);
            odd = FloatVector.broadcast(SPECIES, value[n + 1]).fma(load(b, bOffset + index[n + 1] * bRow), odd);
        }
        if (n < to) {
            even = FloatVector.broadcast(SPECIES, value[n]).fma(load(b, bOffset + index[n] * bRow), even);
        }
        even.add(odd).intoArray(y, y0);
    }

    @Override
    public void sgd(float[] w, int offset, float[] g, int length, float learningRate) {
        FloatVector minusRate = FloatVector.broadcast(SPECIES, -learningRate);
        for (int i = 0; i < length; i += LANES) {
            minusRate.fma(load(g, i), load(w, offset + i)).intoArray(w, offset + i);
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
        FloatVector decay1 = FloatVector.broadcast(SPECIES, beta1);
        FloatVector decay2 = FloatVector.broadcast(SPECIES, beta2);
        FloatVector floor = FloatVector.broadcast(SPECIES, epsilon);
        FloatVector scale = FloatVector.broadcast(SPECIES, rootScale);
        FloatVector minusStep = FloatVector.broadcast(SPECIES, -step);
        for (int i = 0; i < length; i += LANES) {
            FloatVector gradient = load(g, i);
            FloatVector first = decay1.fma(load(m, offset + i), gradient.mul(1 - beta1));
            FloatVector second =
                    decay2.fma(load(v, offset + i), gradient.mul(1 - beta2).mul(gradient));
            VectorMask<Float> negligible1 = first.abs().compare(VectorOperators.LT, SMALLEST_MOMENT);
            VectorMask<Float> negligible2 = second.compare(VectorOperators.LT, SMALLEST_MOMENT);
            first = first.blend(0, negligible1);
            second = second.blend(0, negligible2);
            first.intoArray(m, offset + i);
            second.intoArray(v, offset + i);
            FloatVector root = second.sqrt().fma(scale, floor);
            minusStep.fma(first.div(root), load(w, offset + i)).intoArray(w, offset + i);
        }
    }

    private static FloatVector load(float[] array, int offset) {
        return FloatVector.fromArray(SPECIES, array, offset);
    }
}
