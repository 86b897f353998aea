package dev.freshet.engine.cpu;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
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

    /** As a constant, since JDK 17 may put one that a method makes before its loops on the heap, once a call. */
    private static final FloatVector ZERO = FloatVector.zero(SPECIES);

    /** 1.5 · 2²³: floats around it are the integers. */
    private static final float ROUNDS_TO_INTEGERS = 0x1.8p23f;

    /** Each value of a quarter of a vector, four times. */
    private static final VectorShuffle<Integer> SPREAD_0 = spread(0);

    private static final VectorShuffle<Integer> SPREAD_1 = spread(1);
    private static final VectorShuffle<Integer> SPREAD_2 = spread(2);
    private static final VectorShuffle<Integer> SPREAD_3 = spread(3);

    /** All bits of every fourth value. */
    private static final IntVector OF_ROW_0 = ofRow(0);

    private static final IntVector OF_ROW_1 = ofRow(1);
    private static final IntVector OF_ROW_2 = ofRow(2);
    private static final IntVector OF_ROW_3 = ofRow(3);

    private VectorKernels() {}

    private static VectorShuffle<Integer> spread(int quarter) {
        return VectorShuffle.fromOp(IntVector.SPECIES_PREFERRED, i -> quarter * LANES / QUAD + i / QUAD);
    }

    private static IntVector ofRow(int row) {
        int[] bits = new int[LANES];
        for (int i = row; i < LANES; i += QUAD) {
            bits[i] = -1;
        }
        return IntVector.fromArray(IntVector.SPECIES_PREFERRED, bits, 0);
    }

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
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int depth,
            int width) {
        if (width == 4 * LANES) {
            int r = 0;
            for (; r + 4 <= rows; r += 4) {
                tile4x4(a, aOffset + r * aRow, aRow, b, bOffset, c, cOffset + r * cRow, cRow, depth);
            }
            for (; r < rows; r++) {
                tile1x4(a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow, depth);
            }
        } else if (width == 2 * LANES) {
            int r = 0;
            for (; r + 8 <= rows; r += 8) {
                tile8x2(a, aOffset + r * aRow, aRow, b, bOffset, c, cOffset + r * cRow, cRow, depth);
            }
            for (; r + 4 <= rows; r += 4) {
                tile4x2(a, aOffset + r * aRow, aRow, b, bOffset, c, cOffset + r * cRow, cRow, depth);
            }
            for (; r < rows; r++) {
                tile1x2(a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow, depth);
            }
        } else {
            int r = 0;
            for (; r + 8 <= rows; r += 8) {
                tile8x1(a, aOffset + r * aRow, aRow, b, bOffset, c, cOffset + r * cRow, cRow, depth);
            }
            for (; r + 4 <= rows; r += 4) {
                tile4x1(a, aOffset + r * aRow, aRow, b, bOffset, c, cOffset + r * cRow, cRow, depth);
            }
            for (; r < rows; r++) {
                tile1x1(a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow, depth);
            }
        }
    }

    /** Four rows by four vectors: 16 sums in registers, and eight loads for 16 multiply-adds. */
    private static void tile4x4(
            float[] a, int a0, int aRow, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s02 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector s03 = fromArray(SPECIES, c, c0 + 3 * LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s12 = fromArray(SPECIES, c, c1 + 2 * LANES);
        FloatVector s13 = fromArray(SPECIES, c, c1 + 3 * LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s22 = fromArray(SPECIES, c, c2 + 2 * LANES);
        FloatVector s23 = fromArray(SPECIES, c, c2 + 3 * LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector s32 = fromArray(SPECIES, c, c3 + 2 * LANES);
        FloatVector s33 = fromArray(SPECIES, c, c3 + 3 * LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector v0 = fromArray(SPECIES, b, b0 + 4 * LANES * k);
            FloatVector v1 = fromArray(SPECIES, b, b0 + 4 * LANES * k + LANES);
            FloatVector v2 = fromArray(SPECIES, b, b0 + 4 * LANES * k + 2 * LANES);
            FloatVector v3 = fromArray(SPECIES, b, b0 + 4 * LANES * k + 3 * LANES);
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            s02 = x.fma(v2, s02);
            s03 = x.fma(v3, s03);
            x = broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            s12 = x.fma(v2, s12);
            s13 = x.fma(v3, s13);
            x = broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            s22 = x.fma(v2, s22);
            s23 = x.fma(v3, s23);
            x = broadcast(SPECIES, a[a3 + k]);
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

    /** What is left of the rows. */
    private static void tile1x4(float[] a, int a0, float[] b, int b0, float[] c, int c0, int depth) {
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s2 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector s3 = fromArray(SPECIES, c, c0 + 3 * LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s0 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k), s0);
            s1 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + LANES), s1);
            s2 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + 2 * LANES), s2);
            s3 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + 3 * LANES), s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
        s2.intoArray(c, c0 + 2 * LANES);
        s3.intoArray(c, c0 + 3 * LANES);
    }

    /** As many sums for panels of two vectors. */
    private static void tile8x2(
            float[] a, int a0, int aRow, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int a4 = a3 + aRow;
        int a5 = a4 + aRow;
        int a6 = a5 + aRow;
        int a7 = a6 + aRow;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector s40 = fromArray(SPECIES, c, c4);
        FloatVector s41 = fromArray(SPECIES, c, c4 + LANES);
        FloatVector s50 = fromArray(SPECIES, c, c5);
        FloatVector s51 = fromArray(SPECIES, c, c5 + LANES);
        FloatVector s60 = fromArray(SPECIES, c, c6);
        FloatVector s61 = fromArray(SPECIES, c, c6 + LANES);
        FloatVector s70 = fromArray(SPECIES, c, c7);
        FloatVector s71 = fromArray(SPECIES, c, c7 + LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector v0 = fromArray(SPECIES, b, b0 + 2 * LANES * k);
            FloatVector v1 = fromArray(SPECIES, b, b0 + 2 * LANES * k + LANES);
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            x = broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            x = broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            x = broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(v0, s30);
            s31 = x.fma(v1, s31);
            x = broadcast(SPECIES, a[a4 + k]);
            s40 = x.fma(v0, s40);
            s41 = x.fma(v1, s41);
            x = broadcast(SPECIES, a[a5 + k]);
            s50 = x.fma(v0, s50);
            s51 = x.fma(v1, s51);
            x = broadcast(SPECIES, a[a6 + k]);
            s60 = x.fma(v0, s60);
            s61 = x.fma(v1, s61);
            x = broadcast(SPECIES, a[a7 + k]);
            s70 = x.fma(v0, s70);
            s71 = x.fma(v1, s71);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
        s60.intoArray(c, c6);
        s61.intoArray(c, c6 + LANES);
        s70.intoArray(c, c7);
        s71.intoArray(c, c7 + LANES);
    }

    /** What is left of the rows. */
    private static void tile4x2(
            float[] a, int a0, int aRow, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector v0 = fromArray(SPECIES, b, b0 + 2 * LANES * k);
            FloatVector v1 = fromArray(SPECIES, b, b0 + 2 * LANES * k + LANES);
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s00 = x.fma(v0, s00);
            s01 = x.fma(v1, s01);
            x = broadcast(SPECIES, a[a1 + k]);
            s10 = x.fma(v0, s10);
            s11 = x.fma(v1, s11);
            x = broadcast(SPECIES, a[a2 + k]);
            s20 = x.fma(v0, s20);
            s21 = x.fma(v1, s21);
            x = broadcast(SPECIES, a[a3 + k]);
            s30 = x.fma(v0, s30);
            s31 = x.fma(v1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    private static void tile1x2(float[] a, int a0, float[] b, int b0, float[] c, int c0, int depth) {
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c0 + LANES);
        for (int k = 0; k < depth; k++) {
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s0 = x.fma(fromArray(SPECIES, b, b0 + 2 * LANES * k), s0);
            s1 = x.fma(fromArray(SPECIES, b, b0 + 2 * LANES * k + LANES), s1);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
    }

    /** Eight rows by one vector: fewer sums would wait for themselves. */
    private static void tile8x1(
            float[] a, int a0, int aRow, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int a4 = a3 + aRow;
        int a5 = a4 + aRow;
        int a6 = a5 + aRow;
        int a7 = a6 + aRow;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c1);
        FloatVector s2 = fromArray(SPECIES, c, c2);
        FloatVector s3 = fromArray(SPECIES, c, c3);
        FloatVector s4 = fromArray(SPECIES, c, c4);
        FloatVector s5 = fromArray(SPECIES, c, c5);
        FloatVector s6 = fromArray(SPECIES, c, c6);
        FloatVector s7 = fromArray(SPECIES, c, c7);
        for (int k = 0; k < depth; k++) {
            FloatVector v = fromArray(SPECIES, b, b0 + LANES * k);
            s0 = broadcast(SPECIES, a[a0 + k]).fma(v, s0);
            s1 = broadcast(SPECIES, a[a1 + k]).fma(v, s1);
            s2 = broadcast(SPECIES, a[a2 + k]).fma(v, s2);
            s3 = broadcast(SPECIES, a[a3 + k]).fma(v, s3);
            s4 = broadcast(SPECIES, a[a4 + k]).fma(v, s4);
            s5 = broadcast(SPECIES, a[a5 + k]).fma(v, s5);
            s6 = broadcast(SPECIES, a[a6 + k]).fma(v, s6);
            s7 = broadcast(SPECIES, a[a7 + k]).fma(v, s7);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
        s4.intoArray(c, c4);
        s5.intoArray(c, c5);
        s6.intoArray(c, c6);
        s7.intoArray(c, c7);
    }

    private static void tile4x1(
            float[] a, int a0, int aRow, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a1 = a0 + aRow;
        int a2 = a1 + aRow;
        int a3 = a2 + aRow;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c1);
        FloatVector s2 = fromArray(SPECIES, c, c2);
        FloatVector s3 = fromArray(SPECIES, c, c3);
        for (int k = 0; k < depth; k++) {
            FloatVector v = fromArray(SPECIES, b, b0 + LANES * k);
            s0 = broadcast(SPECIES, a[a0 + k]).fma(v, s0);
            s1 = broadcast(SPECIES, a[a1 + k]).fma(v, s1);
            s2 = broadcast(SPECIES, a[a2 + k]).fma(v, s2);
            s3 = broadcast(SPECIES, a[a3 + k]).fma(v, s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
    }

    private static void tile1x1(float[] a, int a0, float[] b, int b0, float[] c, int c0, int depth) {
        FloatVector s = fromArray(SPECIES, c, c0);
        for (int k = 0; k < depth; k++) {
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s = x.fma(fromArray(SPECIES, b, b0 + LANES * k), s);
        }
        s.intoArray(c, c0);
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
        int q = 0;
        if (width == 4 * LANES) {
            for (; q < quads; q++) {
                quad4x4(a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow, depth);
            }
        } else if (width == 2 * LANES) {
            for (; q + 2 <= quads; q += 2) {
                quad8x2(a, aOffset + q * aQuad, aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow, depth);
            }
            if (q < quads) {
                quad4x2(a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow, depth);
            }
        } else {
            for (; q + 2 <= quads; q += 2) {
                quad8x1(a, aOffset + q * aQuad, aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow, depth);
            }
            if (q < quads) {
                quad4x1(a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow, depth);
            }
        }
    }

    private static void quad4x4(float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s02 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector s03 = fromArray(SPECIES, c, c0 + 3 * LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s12 = fromArray(SPECIES, c, c1 + 2 * LANES);
        FloatVector s13 = fromArray(SPECIES, c, c1 + 3 * LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s22 = fromArray(SPECIES, c, c2 + 2 * LANES);
        FloatVector s23 = fromArray(SPECIES, c, c2 + 3 * LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector s32 = fromArray(SPECIES, c, c3 + 2 * LANES);
        FloatVector s33 = fromArray(SPECIES, c, c3 + 3 * LANES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + 4 * LANES * k;
            FloatVector v0 = fromArray(SPECIES, b, row);
            FloatVector v1 = fromArray(SPECIES, b, row + LANES);
            FloatVector v2 = fromArray(SPECIES, b, row + 2 * LANES);
            FloatVector v3 = fromArray(SPECIES, b, row + 3 * LANES);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            s02 = x0.fma(v2, s02);
            s03 = x0.fma(v3, s03);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            s12 = x1.fma(v2, s12);
            s13 = x1.fma(v3, s13);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            s22 = x2.fma(v2, s22);
            s23 = x2.fma(v3, s23);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            s32 = x3.fma(v2, s32);
            s33 = x3.fma(v3, s33);
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

    /** As many sums for panels of two vectors. */
    private static void quad8x2(
            float[] a, int a0, int aQuad, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a4 = a0 + aQuad;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector s40 = fromArray(SPECIES, c, c4);
        FloatVector s41 = fromArray(SPECIES, c, c4 + LANES);
        FloatVector s50 = fromArray(SPECIES, c, c5);
        FloatVector s51 = fromArray(SPECIES, c, c5 + LANES);
        FloatVector s60 = fromArray(SPECIES, c, c6);
        FloatVector s61 = fromArray(SPECIES, c, c6 + LANES);
        FloatVector s70 = fromArray(SPECIES, c, c7);
        FloatVector s71 = fromArray(SPECIES, c, c7 + LANES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + 2 * LANES * k;
            FloatVector v0 = fromArray(SPECIES, b, row);
            FloatVector v1 = fromArray(SPECIES, b, row + LANES);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            FloatVector x4 = broadcast(SPECIES, a[a4 + QUAD * k]);
            s40 = x4.fma(v0, s40);
            s41 = x4.fma(v1, s41);
            FloatVector x5 = broadcast(SPECIES, a[a4 + QUAD * k + 1]);
            s50 = x5.fma(v0, s50);
            s51 = x5.fma(v1, s51);
            FloatVector x6 = broadcast(SPECIES, a[a4 + QUAD * k + 2]);
            s60 = x6.fma(v0, s60);
            s61 = x6.fma(v1, s61);
            FloatVector x7 = broadcast(SPECIES, a[a4 + QUAD * k + 3]);
            s70 = x7.fma(v0, s70);
            s71 = x7.fma(v1, s71);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
        s60.intoArray(c, c6);
        s61.intoArray(c, c6 + LANES);
        s70.intoArray(c, c7);
        s71.intoArray(c, c7 + LANES);
    }

    private static void quad4x2(float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        for (int k = 0; k < depth; k++) {
            int row = b0 + 2 * LANES * k;
            FloatVector v0 = fromArray(SPECIES, b, row);
            FloatVector v1 = fromArray(SPECIES, b, row + LANES);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * k]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * k + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * k + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * k + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    /** Eight rows by one vector: fewer sums would wait for themselves. */
    private static void quad8x1(
            float[] a, int a0, int aQuad, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int a4 = a0 + aQuad;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c1);
        FloatVector s2 = fromArray(SPECIES, c, c2);
        FloatVector s3 = fromArray(SPECIES, c, c3);
        FloatVector s4 = fromArray(SPECIES, c, c4);
        FloatVector s5 = fromArray(SPECIES, c, c5);
        FloatVector s6 = fromArray(SPECIES, c, c6);
        FloatVector s7 = fromArray(SPECIES, c, c7);
        for (int k = 0; k < depth; k++) {
            int row = b0 + LANES * k;
            FloatVector v = fromArray(SPECIES, b, row);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * k]);
            s0 = x0.fma(v, s0);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * k + 1]);
            s1 = x1.fma(v, s1);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * k + 2]);
            s2 = x2.fma(v, s2);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * k + 3]);
            s3 = x3.fma(v, s3);
            FloatVector x4 = broadcast(SPECIES, a[a4 + QUAD * k]);
            s4 = x4.fma(v, s4);
            FloatVector x5 = broadcast(SPECIES, a[a4 + QUAD * k + 1]);
            s5 = x5.fma(v, s5);
            FloatVector x6 = broadcast(SPECIES, a[a4 + QUAD * k + 2]);
            s6 = x6.fma(v, s6);
            FloatVector x7 = broadcast(SPECIES, a[a4 + QUAD * k + 3]);
            s7 = x7.fma(v, s7);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
        s4.intoArray(c, c4);
        s5.intoArray(c, c5);
        s6.intoArray(c, c6);
        s7.intoArray(c, c7);
    }

    private static void quad4x1(float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow, int depth) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c1);
        FloatVector s2 = fromArray(SPECIES, c, c2);
        FloatVector s3 = fromArray(SPECIES, c, c3);
        for (int k = 0; k < depth; k++) {
            int row = b0 + LANES * k;
            FloatVector v = fromArray(SPECIES, b, row);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * k]);
            s0 = x0.fma(v, s0);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * k + 1]);
            s1 = x1.fma(v, s1);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * k + 2]);
            s2 = x2.fma(v, s2);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * k + 3]);
            s3 = x3.fma(v, s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
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
        if (width == 4 * LANES) {
            quadAt4x4(index, from, to, a, aOffset, b, bOffset, c, cOffset, cRow);
        } else if (width == 2 * LANES) {
            quadAt4x2(index, from, to, a, aOffset, b, bOffset, c, cOffset, cRow);
        } else {
            quadAt4x1(index, from, to, a, aOffset, b, bOffset, c, cOffset, cRow);
        }
    }

    private static void quadAt4x4(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s02 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector s03 = fromArray(SPECIES, c, c0 + 3 * LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s12 = fromArray(SPECIES, c, c1 + 2 * LANES);
        FloatVector s13 = fromArray(SPECIES, c, c1 + 3 * LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s22 = fromArray(SPECIES, c, c2 + 2 * LANES);
        FloatVector s23 = fromArray(SPECIES, c, c2 + 3 * LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector s32 = fromArray(SPECIES, c, c3 + 2 * LANES);
        FloatVector s33 = fromArray(SPECIES, c, c3 + 3 * LANES);
        for (int n = from; n < to; n++) {
            int row = b0 + 4 * LANES * index[n];
            FloatVector v0 = fromArray(SPECIES, b, row);
            FloatVector v1 = fromArray(SPECIES, b, row + LANES);
            FloatVector v2 = fromArray(SPECIES, b, row + 2 * LANES);
            FloatVector v3 = fromArray(SPECIES, b, row + 3 * LANES);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            s02 = x0.fma(v2, s02);
            s03 = x0.fma(v3, s03);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            s12 = x1.fma(v2, s12);
            s13 = x1.fma(v3, s13);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            s22 = x2.fma(v2, s22);
            s23 = x2.fma(v3, s23);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
            s32 = x3.fma(v2, s32);
            s33 = x3.fma(v3, s33);
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

    private static void quadAt4x2(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s00 = fromArray(SPECIES, c, c0);
        FloatVector s01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s10 = fromArray(SPECIES, c, c1);
        FloatVector s11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector s20 = fromArray(SPECIES, c, c2);
        FloatVector s21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector s30 = fromArray(SPECIES, c, c3);
        FloatVector s31 = fromArray(SPECIES, c, c3 + LANES);
        for (int n = from; n < to; n++) {
            int row = b0 + 2 * LANES * index[n];
            FloatVector v0 = fromArray(SPECIES, b, row);
            FloatVector v1 = fromArray(SPECIES, b, row + LANES);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            s00 = x0.fma(v0, s00);
            s01 = x0.fma(v1, s01);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            s10 = x1.fma(v0, s10);
            s11 = x1.fma(v1, s11);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            s20 = x2.fma(v0, s20);
            s21 = x2.fma(v1, s21);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            s30 = x3.fma(v0, s30);
            s31 = x3.fma(v1, s31);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
    }

    private static void quadAt4x1(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c1);
        FloatVector s2 = fromArray(SPECIES, c, c2);
        FloatVector s3 = fromArray(SPECIES, c, c3);
        for (int n = from; n < to; n++) {
            int row = b0 + LANES * index[n];
            FloatVector v = fromArray(SPECIES, b, row);
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            s0 = x0.fma(v, s0);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            s1 = x1.fma(v, s1);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            s2 = x2.fma(v, s2);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            s3 = x3.fma(v, s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c1);
        s2.intoArray(c, c2);
        s3.intoArray(c, c3);
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
        for (int r = 0; r < rows; r++) {
            if (width == 4 * LANES) {
                at1x4(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            } else if (width == 2 * LANES) {
                at1x2(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            } else {
                at1x1(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            }
        }
    }

    private static void at1x4(int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector s2 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector s3 = fromArray(SPECIES, c, c0 + 3 * LANES);
        for (int n = from; n < to; n++) {
            int k = index[n];
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s0 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k), s0);
            s1 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + LANES), s1);
            s2 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + 2 * LANES), s2);
            s3 = x.fma(fromArray(SPECIES, b, b0 + 4 * LANES * k + 3 * LANES), s3);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
        s2.intoArray(c, c0 + 2 * LANES);
        s3.intoArray(c, c0 + 3 * LANES);
    }

    private static void at1x2(int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector s0 = fromArray(SPECIES, c, c0);
        FloatVector s1 = fromArray(SPECIES, c, c0 + LANES);
        for (int n = from; n < to; n++) {
            int k = index[n];
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s0 = x.fma(fromArray(SPECIES, b, b0 + 2 * LANES * k), s0);
            s1 = x.fma(fromArray(SPECIES, b, b0 + 2 * LANES * k + LANES), s1);
        }
        s0.intoArray(c, c0);
        s1.intoArray(c, c0 + LANES);
    }

    private static void at1x1(int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector s = fromArray(SPECIES, c, c0);
        for (int n = from; n < to; n++) {
            int k = index[n];
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            s = x.fma(fromArray(SPECIES, b, b0 + LANES * k), s);
        }
        s.intoArray(c, c0);
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
        if (width == 4 * LANES) {
            for (int q = 0; q < quads; q++) {
                outer4x4(index, from, to, a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow);
            }
        } else if (width == 2 * LANES) {
            int q = 0;
            for (; q + 2 <= quads; q += 2) {
                outer8x2(
                        index, from, to, a, aOffset + q * aQuad, aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow);
            }
            if (q < quads) {
                outer4x2(index, from, to, a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow);
            }
        } else {
            int q = 0;
            for (; q + 2 <= quads; q += 2) {
                outer8x1(
                        index, from, to, a, aOffset + q * aQuad, aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow);
            }
            if (q < quads) {
                outer4x1(index, from, to, a, aOffset + q * aQuad, b, bOffset, c, cOffset + QUAD * q * cRow, cRow);
            }
        }
    }

    private static void outer4x4(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector d00 = fromArray(SPECIES, c, c0);
        FloatVector d01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector d02 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector d03 = fromArray(SPECIES, c, c0 + 3 * LANES);
        FloatVector d10 = fromArray(SPECIES, c, c1);
        FloatVector d11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector d12 = fromArray(SPECIES, c, c1 + 2 * LANES);
        FloatVector d13 = fromArray(SPECIES, c, c1 + 3 * LANES);
        FloatVector d20 = fromArray(SPECIES, c, c2);
        FloatVector d21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector d22 = fromArray(SPECIES, c, c2 + 2 * LANES);
        FloatVector d23 = fromArray(SPECIES, c, c2 + 3 * LANES);
        FloatVector d30 = fromArray(SPECIES, c, c3);
        FloatVector d31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector d32 = fromArray(SPECIES, c, c3 + 2 * LANES);
        FloatVector d33 = fromArray(SPECIES, c, c3 + 3 * LANES);
        for (int n = from; n < to; n++) {
            int row = b0 + 4 * LANES * index[n];
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            x3.fma(d30, x2.fma(d20, x1.fma(d10, x0.fma(d00, fromArray(SPECIES, b, row)))))
                    .intoArray(b, row);
            x3.fma(d31, x2.fma(d21, x1.fma(d11, x0.fma(d01, fromArray(SPECIES, b, row + LANES)))))
                    .intoArray(b, row + LANES);
            x3.fma(d32, x2.fma(d22, x1.fma(d12, x0.fma(d02, fromArray(SPECIES, b, row + 2 * LANES)))))
                    .intoArray(b, row + 2 * LANES);
            x3.fma(d33, x2.fma(d23, x1.fma(d13, x0.fma(d03, fromArray(SPECIES, b, row + 3 * LANES)))))
                    .intoArray(b, row + 3 * LANES);
        }
    }

    /** As many multiply-adds for each row of B that is loaded and stored, in panels of two vectors. */
    private static void outer8x2(
            int[] index,
            int from,
            int to,
            float[] a,
            int a0,
            int aQuad,
            float[] b,
            int b0,
            float[] c,
            int c0,
            int cRow) {
        int a4 = a0 + aQuad;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector d00 = fromArray(SPECIES, c, c0);
        FloatVector d01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector d10 = fromArray(SPECIES, c, c1);
        FloatVector d11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector d20 = fromArray(SPECIES, c, c2);
        FloatVector d21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector d30 = fromArray(SPECIES, c, c3);
        FloatVector d31 = fromArray(SPECIES, c, c3 + LANES);
        FloatVector d40 = fromArray(SPECIES, c, c4);
        FloatVector d41 = fromArray(SPECIES, c, c4 + LANES);
        FloatVector d50 = fromArray(SPECIES, c, c5);
        FloatVector d51 = fromArray(SPECIES, c, c5 + LANES);
        FloatVector d60 = fromArray(SPECIES, c, c6);
        FloatVector d61 = fromArray(SPECIES, c, c6 + LANES);
        FloatVector d70 = fromArray(SPECIES, c, c7);
        FloatVector d71 = fromArray(SPECIES, c, c7 + LANES);
        for (int n = from; n < to; n++) {
            int row = b0 + 2 * LANES * index[n];
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            FloatVector x4 = broadcast(SPECIES, a[a4 + QUAD * n]);
            FloatVector x5 = broadcast(SPECIES, a[a4 + QUAD * n + 1]);
            FloatVector x6 = broadcast(SPECIES, a[a4 + QUAD * n + 2]);
            FloatVector x7 = broadcast(SPECIES, a[a4 + QUAD * n + 3]);
            x7.fma(
                            d70,
                            x6.fma(
                                    d60,
                                    x5.fma(
                                            d50,
                                            x4.fma(
                                                    d40,
                                                    x3.fma(
                                                            d30,
                                                            x2.fma(
                                                                    d20,
                                                                    x1.fma(
                                                                            d10,
                                                                            x0.fma(
                                                                                    d00,
                                                                                    fromArray(SPECIES, b, row)))))))))
                    .intoArray(b, row);
            x7.fma(
                            d71,
                            x6.fma(
                                    d61,
                                    x5.fma(
                                            d51,
                                            x4.fma(
                                                    d41,
                                                    x3.fma(
                                                            d31,
                                                            x2.fma(
                                                                    d21,
                                                                    x1.fma(
                                                                            d11,
                                                                            x0.fma(
                                                                                    d01,
                                                                                    fromArray(
                                                                                            SPECIES,
                                                                                            b,
                                                                                            row + LANES)))))))))
                    .intoArray(b, row + LANES);
        }
    }

    private static void outer4x2(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector d00 = fromArray(SPECIES, c, c0);
        FloatVector d01 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector d10 = fromArray(SPECIES, c, c1);
        FloatVector d11 = fromArray(SPECIES, c, c1 + LANES);
        FloatVector d20 = fromArray(SPECIES, c, c2);
        FloatVector d21 = fromArray(SPECIES, c, c2 + LANES);
        FloatVector d30 = fromArray(SPECIES, c, c3);
        FloatVector d31 = fromArray(SPECIES, c, c3 + LANES);
        for (int n = from; n < to; n++) {
            int row = b0 + 2 * LANES * index[n];
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            x3.fma(d30, x2.fma(d20, x1.fma(d10, x0.fma(d00, fromArray(SPECIES, b, row)))))
                    .intoArray(b, row);
            x3.fma(d31, x2.fma(d21, x1.fma(d11, x0.fma(d01, fromArray(SPECIES, b, row + LANES)))))
                    .intoArray(b, row + LANES);
        }
    }

    /** For narrow panels: what a row of B costs to load and store is shared by more rows of A. */
    private static void outer8x1(
            int[] index,
            int from,
            int to,
            float[] a,
            int a0,
            int aQuad,
            float[] b,
            int b0,
            float[] c,
            int c0,
            int cRow) {
        int a4 = a0 + aQuad;
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        int c4 = c3 + cRow;
        int c5 = c4 + cRow;
        int c6 = c5 + cRow;
        int c7 = c6 + cRow;
        FloatVector d0 = fromArray(SPECIES, c, c0);
        FloatVector d1 = fromArray(SPECIES, c, c1);
        FloatVector d2 = fromArray(SPECIES, c, c2);
        FloatVector d3 = fromArray(SPECIES, c, c3);
        FloatVector d4 = fromArray(SPECIES, c, c4);
        FloatVector d5 = fromArray(SPECIES, c, c5);
        FloatVector d6 = fromArray(SPECIES, c, c6);
        FloatVector d7 = fromArray(SPECIES, c, c7);
        for (int n = from; n < to; n++) {
            int row = b0 + LANES * index[n];
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            FloatVector x4 = broadcast(SPECIES, a[a4 + QUAD * n]);
            FloatVector x5 = broadcast(SPECIES, a[a4 + QUAD * n + 1]);
            FloatVector x6 = broadcast(SPECIES, a[a4 + QUAD * n + 2]);
            FloatVector x7 = broadcast(SPECIES, a[a4 + QUAD * n + 3]);
            x7.fma(
                            d7,
                            x6.fma(
                                    d6,
                                    x5.fma(
                                            d5,
                                            x4.fma(
                                                    d4,
                                                    x3.fma(
                                                            d3,
                                                            x2.fma(
                                                                    d2,
                                                                    x1.fma(
                                                                            d1,
                                                                            x0.fma(
                                                                                    d0,
                                                                                    fromArray(SPECIES, b, row)))))))))
                    .intoArray(b, row);
        }
    }

    private static void outer4x1(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0, int cRow) {
        int c1 = c0 + cRow;
        int c2 = c1 + cRow;
        int c3 = c2 + cRow;
        FloatVector d0 = fromArray(SPECIES, c, c0);
        FloatVector d1 = fromArray(SPECIES, c, c1);
        FloatVector d2 = fromArray(SPECIES, c, c2);
        FloatVector d3 = fromArray(SPECIES, c, c3);
        for (int n = from; n < to; n++) {
            int row = b0 + LANES * index[n];
            FloatVector x0 = broadcast(SPECIES, a[a0 + QUAD * n]);
            FloatVector x1 = broadcast(SPECIES, a[a0 + QUAD * n + 1]);
            FloatVector x2 = broadcast(SPECIES, a[a0 + QUAD * n + 2]);
            FloatVector x3 = broadcast(SPECIES, a[a0 + QUAD * n + 3]);
            x3.fma(d3, x2.fma(d2, x1.fma(d1, x0.fma(d0, fromArray(SPECIES, b, row)))))
                    .intoArray(b, row);
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
        for (int r = 0; r < rows; r++) {
            if (width == 4 * LANES) {
                outer1x4(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            } else if (width == 2 * LANES) {
                outer1x2(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            } else {
                outer1x1(index, from, to, a, aOffset + r * aRow, b, bOffset, c, cOffset + r * cRow);
            }
        }
    }

    private static void outer1x4(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector d0 = fromArray(SPECIES, c, c0);
        FloatVector d1 = fromArray(SPECIES, c, c0 + LANES);
        FloatVector d2 = fromArray(SPECIES, c, c0 + 2 * LANES);
        FloatVector d3 = fromArray(SPECIES, c, c0 + 3 * LANES);
        for (int n = from; n < to; n++) {
            int k = index[n];
            int row = b0 + 4 * LANES * k;
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            x.fma(d0, fromArray(SPECIES, b, row)).intoArray(b, row);
            x.fma(d1, fromArray(SPECIES, b, row + LANES)).intoArray(b, row + LANES);
            x.fma(d2, fromArray(SPECIES, b, row + 2 * LANES)).intoArray(b, row + 2 * LANES);
            x.fma(d3, fromArray(SPECIES, b, row + 3 * LANES)).intoArray(b, row + 3 * LANES);
        }
    }

    private static void outer1x2(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector d0 = fromArray(SPECIES, c, c0);
        FloatVector d1 = fromArray(SPECIES, c, c0 + LANES);
        for (int n = from; n < to; n++) {
            int k = index[n];
            int row = b0 + 2 * LANES * k;
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            x.fma(d0, fromArray(SPECIES, b, row)).intoArray(b, row);
            x.fma(d1, fromArray(SPECIES, b, row + LANES)).intoArray(b, row + LANES);
        }
    }

    private static void outer1x1(
            int[] index, int from, int to, float[] a, int a0, float[] b, int b0, float[] c, int c0) {
        FloatVector d = fromArray(SPECIES, c, c0);
        for (int n = from; n < to; n++) {
            int k = index[n];
            int row = b0 + LANES * k;
            FloatVector x = broadcast(SPECIES, a[a0 + k]);
            x.fma(d, fromArray(SPECIES, b, row)).intoArray(b, row);
        }
    }

    /** Each row's vector is spread by the same shuffle, its four values next to where they belong, and four of these are one. */
    @Override
    public float interleave(float[] a, int offset, int row, int columns, float[] quad, int to) {
        int a1 = offset + row;
        int a2 = a1 + row;
        int a3 = a2 + row;
        int vectors = columns / LANES * LANES;
        IntVector most = IntVector.zero(IntVector.SPECIES_PREFERRED);
        for (int k = 0; k < vectors; k += LANES) {
            IntVector v0 = fromArray(SPECIES, a, offset + k).reinterpretAsInts();
            IntVector v1 = fromArray(SPECIES, a, a1 + k).reinterpretAsInts();
            IntVector v2 = fromArray(SPECIES, a, a2 + k).reinterpretAsInts();
            IntVector v3 = fromArray(SPECIES, a, a3 + k).reinterpretAsInts();
            int i = to + QUAD * k;
            v0.rearrange(SPREAD_0)
                    .and(OF_ROW_0)
                    .or(v1.rearrange(SPREAD_0).and(OF_ROW_1))
                    .or(v2.rearrange(SPREAD_0)
                            .and(OF_ROW_2)
                            .or(v3.rearrange(SPREAD_0).and(OF_ROW_3)))
                    .reinterpretAsFloats()
                    .intoArray(quad, i);
            v0.rearrange(SPREAD_1)
                    .and(OF_ROW_0)
                    .or(v1.rearrange(SPREAD_1).and(OF_ROW_1))
                    .or(v2.rearrange(SPREAD_1)
                            .and(OF_ROW_2)
                            .or(v3.rearrange(SPREAD_1).and(OF_ROW_3)))
                    .reinterpretAsFloats()
                    .intoArray(quad, i + LANES);
            v0.rearrange(SPREAD_2)
                    .and(OF_ROW_0)
                    .or(v1.rearrange(SPREAD_2).and(OF_ROW_1))
                    .or(v2.rearrange(SPREAD_2)
                            .and(OF_ROW_2)
                            .or(v3.rearrange(SPREAD_2).and(OF_ROW_3)))
                    .reinterpretAsFloats()
                    .intoArray(quad, i + 2 * LANES);
            v0.rearrange(SPREAD_3)
                    .and(OF_ROW_0)
                    .or(v1.rearrange(SPREAD_3).and(OF_ROW_1))
                    .or(v2.rearrange(SPREAD_3)
                            .and(OF_ROW_2)
                            .or(v3.rearrange(SPREAD_3).and(OF_ROW_3)))
                    .reinterpretAsFloats()
                    .intoArray(quad, i + 3 * LANES);
            most = most.max(v0.and(Integer.MAX_VALUE).max(v1.and(Integer.MAX_VALUE)))
                    .max(v2.and(Integer.MAX_VALUE).max(v3.and(Integer.MAX_VALUE)));
        }
        int largest = most.reduceLanes(VectorOperators.MAX);
        for (int r = 0; r < QUAD; r++) {
            for (int k = vectors; k < columns; k++) {
                float value = a[offset + r * row + k];
                quad[to + QUAD * k + r] = value;
                largest = Math.max(largest, Float.floatToRawIntBits(Math.abs(value)));
            }
        }
        return Float.intBitsToFloat(largest);
    }

    @Override
    public void interleaveAt(int[] index, int from, int end, float[] a, int offset, int row, float[] quad, int to) {
        int a1 = offset + row;
        int a2 = a1 + row;
        int a3 = a2 + row;
        for (int n = from; n < end; n++) {
            int k = index[n];
            int i = to + QUAD * n;
            quad[i] = a[offset + k];
            quad[i + 1] = a[a1 + k];
            quad[i + 2] = a[a2 + k];
            quad[i + 3] = a[a3 + k];
        }
    }

    /** Four rows at a time, from end to end: that is how memory is read fastest. */
    @Override
    public void magnitudes(float[] x, int offset, int row, int rows, int columns, int[] bits, int to) {
        int vectors = columns / LANES * LANES;
        Arrays.fill(bits, to, to + columns, 0);
        int r = 0;
        for (; r + 4 <= rows; r += 4) {
            magnitudesOf4(x, offset + r * row, row, vectors, bits, to);
        }
        for (; r < rows; r++) {
            magnitudesOf1(x, offset + r * row, vectors, bits, to);
        }
        for (int k = vectors; k < columns; k++) {
            for (int i = offset + k; i < offset + k + rows * row; i += row) {
                bits[to + k] = Math.max(bits[to + k], Float.floatToRawIntBits(Math.abs(x[i])));
            }
        }
    }

    private static void magnitudesOf4(float[] x, int x0, int row, int columns, int[] bits, int to) {
        int x1 = x0 + row;
        int x2 = x1 + row;
        int x3 = x2 + row;
        for (int k = 0; k < columns; k += LANES) {
            IntVector above = fromArray(SPECIES, x, x0 + k)
                    .abs()
                    .reinterpretAsInts()
                    .max(fromArray(SPECIES, x, x1 + k).abs().reinterpretAsInts());
            IntVector below = fromArray(SPECIES, x, x2 + k)
                    .abs()
                    .reinterpretAsInts()
                    .max(fromArray(SPECIES, x, x3 + k).abs().reinterpretAsInts());
            IntVector before = IntVector.fromArray(IntVector.SPECIES_PREFERRED, bits, to + k);
            above.max(below).max(before).intoArray(bits, to + k);
        }
    }

    private static void magnitudesOf1(float[] x, int x0, int columns, int[] bits, int to) {
        for (int k = 0; k < columns; k += LANES) {
            IntVector before = IntVector.fromArray(IntVector.SPECIES_PREFERRED, bits, to + k);
            fromArray(SPECIES, x, x0 + k).abs().reinterpretAsInts().max(before).intoArray(bits, to + k);
        }
    }

    @Override
    public void rectify(float[] x, float[] y, int offset, int row, int rows, int width) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i += LANES) {
                fromArray(SPECIES, x, i).max(ZERO).intoArray(y, i);
            }
        }
    }

    @Override
    public void keepWherePositive(float[] y, float[] values, int offset, int row, int rows, int width, float factor) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i += LANES) {
                VectorMask<Float> positive = fromArray(SPECIES, y, i).compare(VectorOperators.GT, ZERO);
                ZERO.blend(fromArray(SPECIES, values, i).mul(factor), positive).intoArray(values, i);
            }
        }
    }

    @Override
    public void add(float[] x, float[] y, int offset, int row, int rows, int width) {
        for (int begin = offset; begin < offset + rows * row; begin += row) {
            for (int i = begin; i < begin + width; i += LANES) {
                fromArray(SPECIES, y, i).add(fromArray(SPECIES, x, i)).intoArray(y, i);
            }
        }
    }

    @Override
    public void addRows(float[] values, int offset, int row, int rows, int width, float[] sum, int to) {
        for (int j = 0; j < width; j += LANES) {
            addColumns(values, offset + j, row, rows, sum, to + j);
        }
    }

    private static void addColumns(float[] values, int offset, int row, int rows, float[] sum, int to) {
        FloatVector s = fromArray(SPECIES, sum, to);
        for (int r = 0, i = offset; r < rows; r++, i += row) {
            s = s.add(fromArray(SPECIES, values, i));
        }
        s.intoArray(sum, to);
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
        FloatVector decay = broadcast(SPECIES, momentum);
        FloatVector minusRate = broadcast(SPECIES, -learningRate);
        for (int i = 0; i < length; i += LANES) {
            FloatVector gradient = fromArray(SPECIES, g, from + i);
            FloatVector v = decay.fma(fromArray(SPECIES, velocity, offset + i), gradient.mul(share));
            v = v.blend(0, v.abs().compare(VectorOperators.LT, SMALLEST_MOMENT));
            v.intoArray(velocity, offset + i);
            FloatVector step = nesterov ? decay.fma(v, gradient) : v;
            minusRate.fma(step, fromArray(SPECIES, w, offset + i)).intoArray(w, offset + i);
        }
    }

    @Override
    public void penalise(float[] w, int offset, float[] g, int from, int length, float l1) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector weight = fromArray(SPECIES, w, offset + i);
            FloatVector slope = ZERO.blend(l1, weight.compare(VectorOperators.GT, ZERO))
                    .blend(-l1, weight.compare(VectorOperators.LT, ZERO));
            fromArray(SPECIES, g, from + i).add(slope).intoArray(g, from + i);
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
            ZERO.blend(fromArray(SPECIES, values, offset + i).mul(factor), kept).intoArray(values, offset + i);
        }
    }

    /**
     * {@link Elementwise#exp} of what is not positive. A number that is added and taken away again rounds to integers, and
     * leaves the integer in the last bits of the sum, from where it goes into the exponent.
     *
     * <p>One loop for all rows: most rows are a vector or two, and what comes before and after a loop takes as long as they do.
     */
    @Override
    public void powers(float[] x, float[] y, int row, int rows, float[] largest) {
        for (int i = 0, r = 0, end = row; i < rows * row; i += LANES) {
            if (i == end) {
                r++;
                end += row;
            }
            FloatVector exponent = fromArray(SPECIES, x, i).sub(broadcast(SPECIES, largest[r]));
            FloatVector sum = exponent.mul(Elementwise.LOG2_E).add(ROUNDS_TO_INTEGERS);
            FloatVector n = sum.sub(ROUNDS_TO_INTEGERS);
            FloatVector rest = n.fma(broadcast(SPECIES, -Elementwise.LN2_HIGH), exponent);
            rest = n.fma(broadcast(SPECIES, -Elementwise.LN2_LOW), rest);
            FloatVector p = broadcast(SPECIES, Elementwise.EXP_7);
            p = p.fma(rest, broadcast(SPECIES, Elementwise.EXP_6));
            p = p.fma(rest, broadcast(SPECIES, Elementwise.EXP_5));
            p = p.fma(rest, broadcast(SPECIES, Elementwise.EXP_4));
            p = p.fma(rest, broadcast(SPECIES, Elementwise.EXP_3));
            p = p.fma(rest, broadcast(SPECIES, Elementwise.EXP_2));
            IntVector scale =
                    sum.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
            p.mul(rest)
                    .fma(rest, rest)
                    .add(1)
                    .mul(scale.reinterpretAsFloats())
                    .blend(0, exponent.compare(VectorOperators.LE, Elementwise.EXP_IS_0))
                    .intoArray(y, i);
        }
    }

    @Override
    public void divideRows(float[] y, int row, int rows, float[] sums, float smallest, float factor) {
        for (int i = 0, r = 0, end = row; i < rows * row; i += LANES) {
            if (i == end) {
                r++;
                end += row;
            }
            FloatVector quotient = fromArray(SPECIES, y, i).div(broadcast(SPECIES, sums[r]));
            VectorMask<Float> small = quotient.compare(VectorOperators.LT, smallest);
            quotient.mul(factor).blend(ZERO, small).intoArray(y, i);
        }
    }

    /** The bits of a float without its sign are in the order of magnitudes, with infinity and then NaN at the end. */
    @Override
    public float largest(float[] values, int offset, int row, int rows, int width) {
        int vectors = width / LANES * LANES;
        IntVector most = IntVector.zero(IntVector.SPECIES_PREFERRED);
        // One loop for all rows: the vector that an inner loop carries would be put on the heap.
        int begin = offset;
        for (int n = 0, i = 0; n < rows * vectors; n += LANES) {
            most = most.max(fromArray(SPECIES, values, begin + i).abs().reinterpretAsInts());
            i += LANES;
            if (i == vectors) {
                i = 0;
                begin += row;
            }
        }
        int largest = most.reduceLanes(VectorOperators.MAX);
        for (int r = 0; r < rows; r++) {
            for (int i = vectors; i < width; i++) {
                largest = Math.max(largest, Float.floatToRawIntBits(Math.abs(values[offset + r * row + i])));
            }
        }
        return Float.intBitsToFloat(largest);
    }

    @Override
    public void sgd(float[] w, int offset, float[] g, int from, int length, float learningRate) {
        FloatVector minusRate = broadcast(SPECIES, -learningRate);
        for (int i = 0; i < length; i += LANES) {
            minusRate
                    .fma(fromArray(SPECIES, g, from + i), fromArray(SPECIES, w, offset + i))
                    .intoArray(w, offset + i);
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
        FloatVector decay1 = broadcast(SPECIES, beta1);
        FloatVector decay2 = broadcast(SPECIES, beta2);
        FloatVector floor = broadcast(SPECIES, epsilon);
        FloatVector scale = broadcast(SPECIES, rootScale);
        FloatVector minusStep = broadcast(SPECIES, -step);
        IntVector smallest =
                IntVector.broadcast(IntVector.SPECIES_PREFERRED, Float.floatToRawIntBits(SMALLEST_SQUARED));
        for (int i = 0; i < length; i += LANES) {
            FloatVector gradient = fromArray(SPECIES, g, from + i);
            // As integers: the larger of two floats takes five instructions, since either may be NaN or -0.
            FloatVector magnitude =
                    gradient.abs().reinterpretAsInts().max(smallest).reinterpretAsFloats();
            FloatVector first = decay1.fma(fromArray(SPECIES, m, offset + i), gradient.mul(1 - beta1));
            FloatVector second = decay2.fma(
                    fromArray(SPECIES, v, offset + i), magnitude.mul(1 - beta2).mul(magnitude));
            first = first.blend(0, first.abs().compare(VectorOperators.LT, SMALLEST_MOMENT));
            first.intoArray(m, offset + i);
            second.intoArray(v, offset + i);
            FloatVector root = second.sqrt().fma(scale, floor);
            minusStep.fma(first.div(root), fromArray(SPECIES, w, offset + i)).intoArray(w, offset + i);
        }
    }
}
