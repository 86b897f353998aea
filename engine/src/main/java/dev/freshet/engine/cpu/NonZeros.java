package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * The values of a matrix that are not zero, by row and by column. Four pixels in five of a drawn digit are zero, and so is
 * everything that a product with them adds. Filled anew for each mini-batch; belongs to one thread.
 */
final class NonZeros {
    /** Above this share of non-zeros the plain product is faster: its loops share loads between rows, this one does not. */
    private static final double LARGEST_SHARE = 0.35;

    private int[] columnOf = new int[0];
    private float[] valueByRow = new float[0];
    private int[] rowBegin = new int[1];
    private int[] rowOf = new int[0];
    private float[] valueByColumn = new float[0];
    private int[] columnBegin = new int[1];

    /**
     * Looks at a matrix; gives up where it is not sparse.
     *
     * @param x {@code [rows][columns]}, row-major
     * @return whether the rows can be read from this object now
     */
    boolean readRows(float[] x, int rows, int columns) {
        int most = (int) (LARGEST_SHARE * rows * columns);
        if (columnOf.length < most) {
            columnOf = new int[most];
            valueByRow = new float[most];
        }
        if (rowBegin.length < rows + 1) {
            rowBegin = new int[rows + 1];
        }
        int found = 0;
        for (int row = 0; row < rows; row++) {
            rowBegin[row] = found;
            int begin = row * columns;
            for (int column = 0; column < columns; column++) {
                float value = x[begin + column];
                if (value != 0) {
                    if (found == most) {
                        return false;
                    }
                    columnOf[found] = column;
                    valueByRow[found++] = value;
                }
            }
        }
        rowBegin[rows] = found;
        return true;
    }

    /** Sorts what was read by column, rows ascending. */
    void readColumns(int rows, int columns) {
        int found = rowBegin[rows];
        if (rowOf.length < found) {
            rowOf = new int[columnOf.length];
            valueByColumn = new float[columnOf.length];
        }
        if (columnBegin.length < columns + 2) {
            columnBegin = new int[columns + 2];
        }
        Arrays.fill(columnBegin, 0, columns + 2, 0);
        for (int n = 0; n < found; n++) {
            columnBegin[columnOf[n] + 2]++;
        }
        for (int column = 2; column < columns + 2; column++) {
            columnBegin[column] += columnBegin[column - 1];
        }
        // Each column's begin moves to its end while it is filled, which is where the next column begins.
        for (int row = 0; row < rows; row++) {
            for (int n = rowBegin[row]; n < rowBegin[row + 1]; n++) {
                int slot = columnBegin[columnOf[n] + 1]++;
                rowOf[slot] = row;
                valueByColumn[slot] = valueByRow[n];
            }
        }
    }

    int rowBegin(int row) {
        return rowBegin[row];
    }

    int[] columnsByRow() {
        return columnOf;
    }

    float[] valuesByRow() {
        return valueByRow;
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
