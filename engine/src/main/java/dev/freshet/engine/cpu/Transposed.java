package dev.freshet.engine.cpu;

import java.util.Arrays;

/** A layer's deltas with the examples side by side: {@code Δᵀ}, whose rows are the units. Belongs to one network. */
final class Transposed {
    private final int units;
    private final int lanes;
    private Panels panels;
    private float[] values = new float[0];

    Transposed(int units, int lanes) {
        this.units = units;
        this.lanes = lanes;
        this.panels = Panels.inCacheLines(units, 0, lanes);
    }

    /** To be called before a mini-batch is written. */
    void begin(int rows) {
        if (panels.outputs() == rows) {
            return;
        }
        panels = Panels.inCacheLines(units, rows, lanes);
        if (values.length < panels.size()) {
            values = new float[panels.size()];
        }
        // What fills up the last panel is never written.
        Arrays.fill(values, 0);
    }

    Panels panels() {
        return panels;
    }

    float[] values() {
        return values;
    }

    /**
     * Writes some units.
     *
     * @param deltas {@code [rows][row]}
     * @param from the first unit
     * @param to the end of the units
     */
    void write(float[] deltas, int row, int from, int to) {
        for (int strip = 0; strip < panels.count(); strip++) {
            int width = panels.width(strip);
            transpose(
                    deltas,
                    panels.column(strip) * row + from,
                    row,
                    panels.outputs(strip),
                    to - from,
                    values,
                    panels.begin(strip) + from * width,
                    width);
        }
    }

    /**
     * {@code B[k][r] = A[r][k]}. Four columns at a time, so that what is read lies side by side, and what is written behind one
     * another in four places.
     *
     * @param aOffset where {@code A[0][0]} is; {@code A[r][k]} is {@code r * aRow + k} behind it
     * @param rows of A
     * @param columns of A
     * @param bOffset where {@code B[0][0]} is; {@code B[k][r]} is {@code k * bRow + r} behind it
     */
    static void transpose(float[] a, int aOffset, int aRow, int rows, int columns, float[] b, int bOffset, int bRow) {
        int k = 0;
        for (; k + 4 <= columns; k += 4) {
            int b0 = bOffset + k * bRow;
            int b1 = b0 + bRow;
            int b2 = b1 + bRow;
            int b3 = b2 + bRow;
            for (int r = 0, i = aOffset + k; r < rows; r++, i += aRow) {
                b[b0 + r] = a[i];
                b[b1 + r] = a[i + 1];
                b[b2 + r] = a[i + 2];
                b[b3 + r] = a[i + 3];
            }
        }
        for (; k < columns; k++) {
            for (int r = 0; r < rows; r++) {
                b[bOffset + k * bRow + r] = a[aOffset + r * aRow + k];
            }
        }
    }
}
