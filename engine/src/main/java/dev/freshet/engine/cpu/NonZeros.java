package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * The values of a matrix that are not zero. Four pixels in five of a drawn digit are zero, and so is everything that a product
 * with them adds.
 *
 * <p>Rows are taken in fours: a column is in a quad's list if any of its four rows has a value there, which is two columns in
 * five of MNIST, and then a product loads the column's weights once for the four. Filled anew for each mini-batch; belongs
 * to one thread.
 */
final class NonZeros {
    /** Rows of a quad. */
    static final int QUAD = 4;

    /** Above this share of columns that a quad needs, what is saved does not pay for finding out. */
    private static final double LARGEST_SHARE = 0.7;

    private int[] columnOf = new int[0];
    /** {@code [n][QUAD]}: the values of the quad's rows in column {@code columnOf[n]}. */
    private float[] quads = new float[0];

    private int[] quadBegin = new int[1];
    private int quadCount;
    private float[] noRow = new float[0];
    private int[] rowOf = new int[0];
    private float[] valueByColumn = new float[0];
    private int[] columnBegin = new int[1];

    /** Rows that a buffer needs, to hold whole quads. */
    static int wholeQuads(int rows) {
        return (rows + QUAD - 1) / QUAD * QUAD;
    }

    /**
     * Looks at a matrix; gives up where it is not sparse.
     *
     * @param x {@code [rows][columns]}, row-major
     * @return whether the quads can be read from this object now; rows that the last one lacks are all 0
     */
    boolean readRows(float[] x, int rows, int columns) {
        quadCount = wholeQuads(rows) / QUAD;
        reserve(columns);
        int most = (int) (LARGEST_SHARE * columns);
        int found = 0;
        for (int quad = 0; quad < quadCount; quad++) {
            quadBegin[quad] = found;
            int row = quad * QUAD;
            found = readQuad(
                    x,
                    row * columns,
                    row + 1 < rows ? x : noRow,
                    row + 1 < rows ? (row + 1) * columns : 0,
                    row + 2 < rows ? x : noRow,
                    row + 2 < rows ? (row + 2) * columns : 0,
                    row + 3 < rows ? x : noRow,
                    row + 3 < rows ? (row + 3) * columns : 0,
                    columns,
                    found);
            if (found > most * (quad + 1)) {
                return false;
            }
        }
        quadBegin[quadCount] = found;
        return true;
    }

    private void reserve(int columns) {
        if (columnOf.length < quadCount * columns) {
            columnOf = new int[quadCount * columns];
            quads = new float[QUAD * quadCount * columns];
        }
        if (quadBegin.length < quadCount + 1) {
            quadBegin = new int[quadCount + 1];
        }
        if (noRow.length < columns) {
            noRow = new float[columns];
        }
    }

    /** Each column is written, and the next one over it where it was 0: no branch that a processor would guess wrong. */
    private int readQuad(
            float[] x0, int at0, float[] x1, int at1, float[] x2, int at2, float[] x3, int at3, int columns, int from) {
        int found = from;
        for (int column = 0; column < columns; column++) {
            float v0 = x0[at0 + column];
            float v1 = x1[at1 + column];
            float v2 = x2[at2 + column];
            float v3 = x3[at3 + column];
            columnOf[found] = column;
            quads[QUAD * found] = v0;
            quads[QUAD * found + 1] = v1;
            quads[QUAD * found + 2] = v2;
            quads[QUAD * found + 3] = v3;
            // All bits but the sign: -0 is 0 as well.
            int bits = (Float.floatToRawIntBits(v0)
                            | Float.floatToRawIntBits(v1)
                            | Float.floatToRawIntBits(v2)
                            | Float.floatToRawIntBits(v3))
                    << 1;
            found += (bits | -bits) >>> 31;
        }
        return found;
    }

    /** Sorts what was read by column, rows ascending. */
    void readColumns(int columns) {
        int found = quadBegin[quadCount];
        if (rowOf.length < QUAD * found) {
            rowOf = new int[quads.length];
            valueByColumn = new float[quads.length];
        }
        if (columnBegin.length < columns + 2) {
            columnBegin = new int[columns + 2];
        }
        Arrays.fill(columnBegin, 0, columns + 2, 0);
        for (int n = 0; n < found; n++) {
            int values = 0;
            for (int row = 0; row < QUAD; row++) {
                values += quads[QUAD * n + row] != 0 ? 1 : 0;
            }
            columnBegin[columnOf[n] + 2] += values;
        }
        for (int column = 2; column < columns + 2; column++) {
            columnBegin[column] += columnBegin[column - 1];
        }
        // Each column's begin moves to its end while it is filled, which is where the next column begins.
        for (int quad = 0; quad < quadCount; quad++) {
            for (int n = quadBegin[quad]; n < quadBegin[quad + 1]; n++) {
                int slot = columnBegin[columnOf[n] + 1];
                for (int row = 0; row < QUAD; row++) {
                    float value = quads[QUAD * n + row];
                    if (value != 0) {
                        rowOf[slot] = quad * QUAD + row;
                        valueByColumn[slot++] = value;
                    }
                }
                columnBegin[columnOf[n] + 1] = slot;
            }
        }
    }

    int quadCount() {
        return quadCount;
    }

    int quadBegin(int quad) {
        return quadBegin[quad];
    }

    int[] columnsByQuad() {
        return columnOf;
    }

    float[] valuesByQuad() {
        return quads;
    }

    int columnBegin(int column) {
        return columnBegin[column];
    }

    int[] rowsByColumn() {
        return rowOf;
    }

    float[] valuesByColumn() {
        return valueByColumn;
    }
}
