package dev.freshet.engine.cpu;

import dev.freshet.core.model.NamedTensor;
import java.util.List;

/**
 * How a weight matrix of {@code inputs} rows and {@code outputs} columns lies in memory: in panels of {@link #width}
 * columns, one behind the other, each with its rows behind one another. The last panel is filled up with zeros.
 *
 * @param width columns of a panel: as many vectors as the matrix needs, at most four
 */
record Panels(int inputs, int outputs, int width) {
    static Panels of(int inputs, int outputs, int lanes) {
        int vectors = (outputs + lanes - 1) / lanes;
        return new Panels(inputs, outputs, Math.min(4, vectors) * lanes);
    }

    int count() {
        return (outputs + width - 1) / width;
    }

    /** Columns with those that fill up the last panel. */
    int paddedOutputs() {
        return count() * width;
    }

    int size() {
        return count() * inputs * width;
    }

    /** Where the first row of a panel begins. */
    int begin(int panel) {
        return panel * inputs * width;
    }

    private int indexOf(int input, int output) {
        return begin(output / width) + input * width + output % width;
    }

    /** From PyTorch's layout, {@code [outputs][inputs]}. */
    float[] pack(float[] weight) {
        float[] packed = new float[size()];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                packed[indexOf(input, output)] = weight[output * inputs + input];
            }
        }
        return packed;
    }

    /** Back into PyTorch's layout. */
    NamedTensor unpack(String name, float[] packed) {
        float[] weight = new float[outputs * inputs];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                weight[output * inputs + input] = packed[indexOf(input, output)];
            }
        }
        return new NamedTensor(name, List.of(outputs, inputs), weight);
    }
}
