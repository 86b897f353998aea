package dev.freshet.engine.cpu;

import dev.freshet.core.model.NamedTensor;
import java.util.List;

/**
 * How a matrix of {@code inputs} rows and {@code outputs} columns lies in memory: in panels, one behind the other, each with
 * its rows behind one another. Panels are four vectors wide, and what is left is two, one or both; the last vector is filled
 * up with zeros.
 *
 * @param lanes floats in a vector
 * @param first where the first row begins
 */
record Panels(int inputs, int outputs, int lanes, int first) {
    private static final int WIDEST = 4;

    /**
     * Where rows begin in an array whose vectors are to fit cache lines: its floats come 16 bytes after the object, and the JVM
     * lets objects begin where lines do (ADR 13).
     */
    static final int FIRST = 12;

    /** Floats of a cache line. */
    private static final int LINE = 16;

    /** Inputs between which layouts are changed at once: what is read and what is written both stay in the L1 cache. */
    private static final int BLOCK = 16;

    /** In cache lines, as far as a row is wide enough. */
    static Panels inCacheLines(int inputs, int outputs, int lanes) {
        return new Panels(inputs, outputs, lanes, FIRST);
    }

    private int vectors() {
        return (outputs + lanes - 1) / lanes;
    }

    int count() {
        return vectors() / WIDEST + Integer.bitCount(vectors() % WIDEST);
    }

    /** The first column of a panel; after the last panel, {@link #paddedOutputs}. */
    int column(int panel) {
        int wide = vectors() / WIDEST;
        if (panel <= wide) {
            return panel * WIDEST * lanes;
        }
        return panel == count() ? paddedOutputs() : (vectors() - 1) * lanes;
    }

    /** Columns of a panel, with those that fill it up. */
    int width(int panel) {
        return column(panel + 1) - column(panel);
    }

    /** Columns of a panel, without those that fill it up. */
    int outputs(int panel) {
        return Math.min(outputs, column(panel + 1)) - column(panel);
    }

    /** Columns with those that fill up the last panel. */
    int paddedOutputs() {
        return vectors() * lanes;
    }

    /** Of an array that holds it, with what comes before the first row; a multiple of {@link #lanes}. */
    int size() {
        return (first + LINE - 1) / LINE * LINE + inputs * paddedOutputs();
    }

    /** Where the first row of a panel begins. */
    int begin(int panel) {
        return first + column(panel) * inputs;
    }

    /** From PyTorch's layout, {@code [outputs][inputs]}. */
    float[] pack(float[] weight) {
        float[] packed = new float[size()];
        for (int panel = 0; panel < count(); panel++) {
            int width = width(panel);
            int columns = outputs(panel);
            for (int block = 0; block < inputs; block += BLOCK) {
                int rows = Math.min(BLOCK, inputs - block);
                for (int j = 0; j < columns; j++) {
                    int from = (column(panel) + j) * inputs + block;
                    int to = begin(panel) + block * width + j;
                    for (int i = 0; i < rows; i++) {
                        packed[to + i * width] = weight[from + i];
                    }
                }
            }
        }
        return packed;
    }

    /** Back into PyTorch's layout. */
    NamedTensor unpack(String name, float[] packed) {
        float[] weight = new float[outputs * inputs];
        for (int panel = 0; panel < count(); panel++) {
            int width = width(panel);
            int columns = outputs(panel);
            for (int block = 0; block < inputs; block += BLOCK) {
                int rows = Math.min(BLOCK, inputs - block);
                for (int j = 0; j < columns; j++) {
                    int from = begin(panel) + block * width + j;
                    int to = (column(panel) + j) * inputs + block;
                    for (int i = 0; i < rows; i++) {
                        weight[to + i] = packed[from + i * width];
                    }
                }
            }
        }
        return new NamedTensor(name, List.of(outputs, inputs), weight);
    }
}
