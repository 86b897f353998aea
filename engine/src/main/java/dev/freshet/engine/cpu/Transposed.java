package dev.freshet.engine.cpu;

/** A layer's deltas with the examples side by side: {@code Δᵀ}, whose rows are the units. Belongs to one network. */
final class Transposed {
    /** Units that are copied together: as many as fill a cache line. */
    private static final int STRIP = 16;

    private final int units;
    private final int lanes;
    private Panels panels;
    private float[] values = new float[0];

    Transposed(int units, int lanes) {
        this.units = units;
        this.lanes = lanes;
        this.panels = new Panels(units, 0, lanes);
    }

    /** To be called before a mini-batch is written. */
    void begin(int rows) {
        if (panels.outputs() == rows) {
            return;
        }
        panels = new Panels(units, rows, lanes);
        if (values.length < panels.size()) {
            values = new float[panels.size()];
        }
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
            int begin = panels.begin(strip);
            int width = panels.width(strip);
            int first = panels.column(strip);
            int examples = panels.outputs(strip);
            for (int j = from; j < to; j += STRIP) {
                int end = Math.min(j + STRIP, to);
                for (int i = 0; i < examples; i++) {
                    for (int unit = j; unit < end; unit++) {
                        values[begin + unit * width + i] = deltas[(first + i) * row + unit];
                    }
                }
                for (int i = examples; i < width; i++) {
                    for (int unit = j; unit < end; unit++) {
                        values[begin + unit * width + i] = 0;
                    }
                }
            }
        }
    }
}
