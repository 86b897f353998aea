package dev.freshet.engine.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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

    /** Each lane's share of the hash's argument in {@link #drop}. */
    private static final IntVector POSITION_HASHES =
            IntVector.zero(IntVector.SPECIES_PREFERRED).addIndex(1).mul(GOLDEN_GAMMA);

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
        for (; column + 2 * LANES <= width; column += 2 * LANES) {
            int r = 0;
            for (; r + 8 <= rows; r += 8) {
                tile8x2(
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
                tile1x2(
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
            for (; r + 8 <= rows; r += 8) {
                tile8x1(
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

    /** Eight rows by two vectors: as many sums, for products that are two vectors wide, such as those of 32 examples. */
    private static void tile8x2(
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
        FloatVector s00 = load(c, c0);
        FloatVector s01 = load(c, c0 + LANES);
        FloatVector s10 = load(c, c0 + cRow);
        FloatVector s11 = load(c, c0 + cRow + LANES);
        FloatVector s20 = load(c, c0 + 2 * cRow);
        FloatVector s21 = load(c, c0 + 2 * cRow + LANES);
        FloatVector s30 = load(c, c0 + 3 * cRow);
        FloatVector s31 = load(c, c0 + 3 * cRow + LANES);
        FloatVector s40 = load(c, c0 + 4 * cRow);
        FloatVector s41 = load(c, c0 + 4 * cRow + LANES);
        FloatVector s50 = load(c, c0 + 5 * cRow);
        FloatVector s51 = load(c, c0 + 5 * cRow + LANES);
        FloatVector s60 = load(c, c0 + 6 * cRow);
        FloatVector s61 = load(c, c0 + 6 * cRow + LANES);
        FloatVector s70 = load(c, c0 + 7 * cRow);
        FloatVector s71 = load(c, c0 + 7 * cRow + LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector v0 = load(b, b0);
            FloatVector v1 = load(b, b0 + LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            x = FloatVector.broadcast(SPECIES, a[a0 + aRow]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            x = FloatVector.broadcast(SPECIES, a[a0 + 2 * aRow]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            x = FloatVector.broadcast(SPECIES, a[a0 + 3 * aRow]);
            s30 = x.fma(v0, s30);
            s31 = x.fma(v1, s31);
            x = FloatVector.broadcast(SPECIES, a[a0 + 4 * aRow]);
            s40 = x.fma(v0, s40);
            s41 = x.fma(v1, s41);
            x = FloatVector.broadcast(SPECIES, a[a0 + 5 * aRow]);
            s50 = x.fma(v0, s50);
            s51 = x.fma(v1, s51);
            x = FloatVector.broadcast(SPECIES, a[a0 + 6 * aRow]);
            s60 = x.fma(v0, s60);
            s61 = x.fma(v1, s61);
            x = FloatVector.broadcast(SPECIES, a[a0 + 7 * aRow]);
            s70 = x.fma(v0, s70);
            s71 = x.fma(v1, s71);
            a0 += aDepth;
            b0 += bRow;
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c0 + cRow);
        s11.intoArray(c, c0 + cRow + LANES);
        s20.intoArray(c, c0 + 2 * cRow);
        s21.intoArray(c, c0 + 2 * cRow + LANES);
        s30.intoArray(c, c0 + 3 * cRow);
        s31.intoArray(c, c0 + 3 * cRow + LANES);
        s40.intoArray(c, c0 + 4 * cRow);
        s41.intoArray(c, c0 + 4 * cRow + LANES);
        s50.intoArray(c, c0 + 5 * cRow);
        s51.intoArray(c, c0 + 5 * cRow + LANES);
        s60.intoArray(c, c0 + 6 * cRow);
        s61.intoArray(c, c0 + 6 * cRow + LANES);
        s70.intoArray(c, c0 + 7 * cRow);
        s71.intoArray(c, c0 + 7 * cRow + LANES);
    }

    /** What is left of the rows, two vectors wide. */
    private static void tile1x2(
            float[] a, int a0, int aDepth, float[] b, int b0, int bRow, float[] c, int c0, int depth) {
        FloatVector s0 = load(c, c0);
        FloatVector s1 = load(c, c0 + LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector x = FloatVector.broadcast(SPECIES, a[a0]);
            s0 = x.fma(load(b, b0), s0);
            s1 = x.fma(load(b, b0 + LANES), s1);
            a0 += aDepth;
            b0 += bRow;
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
    }

    /** Eight rows by one vector, for narrow panels such as that of ten classes: enough sums to wait for none. */
    private static void tile8x1(
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
        FloatVector s4 = load(c, c0 + 4 * cRow);
        FloatVector s5 = load(c, c0 + 5 * cRow);
        FloatVector s6 = load(c, c0 + 6 * cRow);
        FloatVector s7 = load(c, c0 + 7 * cRow);
        for (int k = 0; k < depth; k++) {
            FloatVector v = load(b, b0);
            s0 = FloatVector.broadcast(SPECIES, a[a0]).fma(v, s0);
            s1 = FloatVector.broadcast(SPECIES, a[a0 + aRow]).fma(v, s1);
            s2 = FloatVector.broadcast(SPECIES, a[a0 + 2 * aRow]).fma(v, s2);
            s3 = FloatVector.broadcast(SPECIES, a[a0 + 3 * aRow]).fma(v, s3);
            s4 = FloatVector.broadcast(SPECIES, a[a0 + 4 * aRow]).fma(v, s4);
            s5 = FloatVector.broadcast(SPECIES, a[a0 + 5 * aRow]).fma(v, s5);
            s6 = FloatVector.broadcast(SPECIES, a[a0 + 6 * aRow]).fma(v, s6);
            s7 = FloatVector.broadcast(SPECIES, a[a0 + 7 * aRow]).fma(v, s7);
            a0 += aDepth;
            b0 += bRow;
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + cRow);
        s2.intoArray(c, c0 + 2 * cRow);
        s3.intoArray(c, c0 + 3 * cRow);
        s4.intoArray(c, c0 + 4 * cRow);
        s5.intoArray(c, c0 + 5 * cRow);
        s6.intoArray(c, c0 + 6 * cRow);
        s7.intoArray(c, c0 + 7 * cRow);
    }

    /** Half as many rows, where no eight are left: 20 examples are two eights and a four. */
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
        int column = 0;
        for (; column + 4 * LANES <= width; column += 4 * LANES) {
            quads4(index, quads, from, to, b, bOffset + column, bRow, c, cOffset + column, cRow);
        }
        for (; column < width; column += LANES) {
            quads1(index, quads, from, to, b, bOffset + column, bRow, c, cOffset + column, cRow);
        }
    }

    private static void quads4(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int c0,
            int cRow) {
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
        for (int n = from; n < to; n++) {
            int b0 = bOffset + index[n] * bRow;
            FloatVector v0 = load(b, b0);
            FloatVector v1 = load(b, b0 + LANES);
            FloatVector v2 = load(b, b0 + 2 * LANES);
            FloatVector v3 = load(b, b0 + 3 * LANES);
            FloatVector x = FloatVector.broadcast(SPECIES, quads[4 * n]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            s02 = x.fma(v2, s02);
            s03 = x.fma(v3, s03);
            x = FloatVector.broadcast(SPECIES, quads[4 * n + 1]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            s12 = x.fma(v2, s12);
            s13 = x.fma(v3, s13);
            x = FloatVector.broadcast(SPECIES, quads[4 * n + 2]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            s22 = x.fma(v2, s22);
            s23 = x.fma(v3, s23);
            x = FloatVector.broadcast(SPECIES, quads[4 * n + 3]);
            s30 = x.fma(v0, s30);
            s31 = x.fma(v1, s31);
            s32 = x.fma(v2, s32);
            s33 = x.fma(v3, s33);
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

    private static void quads1(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int c0,
            int cRow) {
        FloatVector s0 = load(c, c0);
        FloatVector s1 = load(c, c0 + cRow);
        FloatVector s2 = load(c, c0 + 2 * cRow);
        FloatVector s3 = load(c, c0 + 3 * cRow);
        for (int n = from; n < to; n++) {
            FloatVector v = load(b, bOffset + index[n] * bRow);
            s0 = FloatVector.broadcast(SPECIES, quads[4 * n]).fma(v, s0);
            s1 = FloatVector.broadcast(SPECIES, quads[4 * n + 1]).fma(v, s1);
            s2 = FloatVector.broadcast(SPECIES, quads[4 * n + 2]).fma(v, s2);
            s3 = FloatVector.broadcast(SPECIES, quads[4 * n + 3]).fma(v, s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + cRow);
        s2.intoArray(c, c0 + 2 * cRow);
        s3.intoArray(c, c0 + 3 * cRow);
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
        int column = 0;
        for (; column + 4 * LANES <= width; column += 4 * LANES) {
            outer4(index, quads, from, to, c, cOffset + column, cRow, b, bOffset + column, bRow);
        }
        for (; column < width; column += LANES) {
            outer1(index, quads, from, to, c, cOffset + column, cRow, b, bOffset + column, bRow);
        }
    }

    private static void outer4(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] c,
            int c0,
            int cRow,
            float[] b,
            int bOffset,
            int bRow) {
        FloatVector d00 = load(c, c0);
        FloatVector d01 = load(c, c0 + LANES);
        FloatVector d02 = load(c, c0 + 2 * LANES);
        FloatVector d03 = load(c, c0 + 3 * LANES);
        FloatVector d10 = load(c, c0 + cRow);
        FloatVector d11 = load(c, c0 + cRow + LANES);
        FloatVector d12 = load(c, c0 + cRow + 2 * LANES);
        FloatVector d13 = load(c, c0 + cRow + 3 * LANES);
        FloatVector d20 = load(c, c0 + 2 * cRow);
        FloatVector d21 = load(c, c0 + 2 * cRow + LANES);
        FloatVector d22 = load(c, c0 + 2 * cRow + 2 * LANES);
        FloatVector d23 = load(c, c0 + 2 * cRow + 3 * LANES);
        FloatVector d30 = load(c, c0 + 3 * cRow);
        FloatVector d31 = load(c, c0 + 3 * cRow + LANES);
        FloatVector d32 = load(c, c0 + 3 * cRow + 2 * LANES);
        FloatVector d33 = load(c, c0 + 3 * cRow + 3 * LANES);
        for (int n = from; n < to; n++) {
            int b0 = bOffset + index[n] * bRow;
            FloatVector x0 = FloatVector.broadcast(SPECIES, quads[4 * n]);
            FloatVector x1 = FloatVector.broadcast(SPECIES, quads[4 * n + 1]);
            FloatVector x2 = FloatVector.broadcast(SPECIES, quads[4 * n + 2]);
            FloatVector x3 = FloatVector.broadcast(SPECIES, quads[4 * n + 3]);
            x3.fma(d30, x2.fma(d20, x1.fma(d10, x0.fma(d00, load(b, b0))))).intoArray(b, b0);
            x3.fma(d31, x2.fma(d21, x1.fma(d11, x0.fma(d01, load(b, b0 + LANES)))))
                    .intoArray(b, b0 + LANES);
            x3.fma(d32, x2.fma(d22, x1.fma(d12, x0.fma(d02, load(b, b0 + 2 * LANES)))))
                    .intoArray(b, b0 + 2 * LANES);
            x3.fma(d33, x2.fma(d23, x1.fma(d13, x0.fma(d03, load(b, b0 + 3 * LANES)))))
                    .intoArray(b, b0 + 3 * LANES);
        }
    }

    private static void outer1(
            int[] index,
            float[] quads,
            int from,
            int to,
            float[] c,
            int c0,
            int cRow,
            float[] b,
            int bOffset,
            int bRow) {
        FloatVector d0 = load(c, c0);
        FloatVector d1 = load(c, c0 + cRow);
        FloatVector d2 = load(c, c0 + 2 * cRow);
        FloatVector d3 = load(c, c0 + 3 * cRow);
        for (int n = from; n < to; n++) {
            int b0 = bOffset + index[n] * bRow;
            FloatVector s = FloatVector.broadcast(SPECIES, quads[4 * n]).fma(d0, load(b, b0));
            s = FloatVector.broadcast(SPECIES, quads[4 * n + 1]).fma(d1, s);
            s = FloatVector.broadcast(SPECIES, quads[4 * n + 2]).fma(d2, s);
            FloatVector.broadcast(SPECIES, quads[4 * n + 3]).fma(d3, s).intoArray(b, b0);
        }
    }

    @Override
    public void keepWherePositive(float[] x, float[] values, int offset, int length) {
        for (int i = offset; i < offset + length; i += LANES) {
            VectorMask<Float> positive = load(x, i).compare(VectorOperators.GT, 0);
            FloatVector.zero(SPECIES).blend(load(values, i), positive).intoArray(values, i);
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
        FloatVector decay = FloatVector.broadcast(SPECIES, momentum);
        FloatVector minusRate = FloatVector.broadcast(SPECIES, -learningRate);
        for (int i = 0; i < length; i += LANES) {
            FloatVector gradient = load(g, i);
            FloatVector v = decay.fma(load(velocity, offset + i), gradient.mul(share));
            v = v.blend(0, v.abs().compare(VectorOperators.LT, SMALLEST_MOMENT));
            v.intoArray(velocity, offset + i);
            FloatVector step = nesterov ? decay.fma(v, gradient) : v;
            minusRate.fma(step, load(w, offset + i)).intoArray(w, offset + i);
        }
    }

    @Override
    public void penalise(float[] w, int offset, float[] g, int length, float l1) {
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int i = 0; i < length; i += LANES) {
            FloatVector weight = load(w, offset + i);
            FloatVector slope = zero.blend(l1, weight.compare(VectorOperators.GT, zero))
                    .blend(-l1, weight.compare(VectorOperators.LT, zero));
            load(g, i).add(slope).intoArray(g, i);
        }
    }

    @Override
    public void drop(float[] values, int offset, int length, int seed, int firstKept, float factor) {
        for (int i = 0; i < length; i += LANES) {
            IntVector z = POSITION_HASHES.add(seed + i * GOLDEN_GAMMA);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 16))
                    .mul(0x85ebca6b);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 13))
                    .mul(0xc2b2ae35);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 16));
            VectorMask<Float> kept = z.lanewise(VectorOperators.LSHR, 8)
                    .compare(VectorOperators.GE, firstKept)
                    .cast(SPECIES);
            FloatVector.zero(SPECIES)
                    .blend(load(values, offset + i).mul(factor), kept)
                    .intoArray(values, offset + i);
        }
    }

    /** The bits of a float without its sign are in the order of magnitudes, with infinity and then NaN at the end. */
    @Override
    public float largest(float[] values, int length) {
        int vectors = length / LANES * LANES;
        int largest = 0;
        for (int i = 0; i < vectors; i += LANES) {
            largest =
                    Math.max(largest, load(values, i).abs().reinterpretAsInts().reduceLanes(VectorOperators.MAX));
        }
        for (int i = vectors; i < length; i++) {
            largest = Math.max(largest, Float.floatToRawIntBits(Math.abs(values[i])));
        }
        return Float.intBitsToFloat(largest);
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
