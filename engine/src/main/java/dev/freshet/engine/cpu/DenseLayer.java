package dev.freshet.engine.cpu;

import dev.freshet.core.model.NamedTensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A fully connected layer without its activation: {@code Y = X W + b}.
 *
 * <p>Immutable where nobody holds a {@link LayerUpdate} of it: then any number of threads may call {@link #forward}.
 */
final class DenseLayer {
    /** Floats of W that are multiplied with all examples before the next ones: 32 KiB, two thirds of an L1 cache. */
    static final int BLOCK = 8_192;

    /** Slices of {@link #backward} consist of so many outputs: whole panels, however wide a vector is. */
    private static final int SLICE_UNIT = 64;

    /** From so many inputs on, threads may share a layer by its inputs. */
    private static final int FEWEST_INPUTS_OF_SLICES = 2_048;

    /** As many times the outputs the inputs must be for that: then partial sums are no more than the inputs. */
    private static final int FEWEST_INPUTS_PER_OUTPUT_OF_SLICES = 4;

    /** So few that adding them up costs little, so many that two threads, three or four have work. */
    private static final int INPUT_SLICES = 4;

    /** From so many inputs on, and so many for each output, threads share a layer by them that has too few outputs to share. */
    private static final int FEWEST_INPUTS_OF_NARROW_SLICES = 512;

    private static final int FEWEST_INPUTS_PER_OUTPUT_OF_NARROW_SLICES = 32;

    /** A step of such a net takes 30 µs: what more slices would save, handing them out would cost. */
    private static final int NARROW_INPUT_SLICES = 2;

    /** From so many inputs and outputs on, finding the zeros of the inputs costs less than multiplying with them. */
    private static final int FEWEST_INPUTS = 64;

    private static final int FEWEST_OUTPUTS = 16;

    private final Kernels kernels;
    private final Panels panels;
    private final float[] weights;
    private final float[] biases;
    /** What sums begin with that have no bias. */
    private final float[] zeros;

    /**
     * @param weight {@code [out, in]}, as PyTorch has it
     * @param bias {@code [out]}
     */
    DenseLayer(Kernels kernels, NamedTensor weight, NamedTensor bias) {
        this.kernels = kernels;
        this.panels = Panels.inCacheLines(weight.shape().get(1), weight.shape().get(0), kernels.lanes());
        this.weights = panels.pack(weight.values());
        this.biases = new float[panels.paddedOutputs()];
        this.zeros = new float[panels.paddedOutputs()];
        System.arraycopy(bias.values(), 0, biases, 0, panels.outputs());
    }

    Panels panels() {
        return panels;
    }

    float[] weights() {
        return weights;
    }

    float[] biases() {
        return biases;
    }

    /** Whether to look for zeros in its inputs. */
    boolean isLargeEnoughForZeros() {
        return panels.inputs() >= FEWEST_INPUTS && panels.outputs() >= FEWEST_OUTPUTS;
    }

    NamedTensor weight(int layer) {
        return panels.unpack("layers." + layer + ".weight", weights);
    }

    NamedTensor bias(int layer) {
        float[] values = new float[panels.outputs()];
        System.arraycopy(biases, 0, values, 0, values.length);
        return new NamedTensor("layers." + layer + ".bias", List.of(values.length), values);
    }

    /** To hand this layer mini-batches. */
    Inputs inputs() {
        return new Inputs(kernels, panels.inputs(), panels.outputs(), BLOCK / panels.width(0), inputSlices());
    }

    /**
     * Slices of its inputs in which threads share the products with them, 1 where they share the panels. Where there are many
     * more inputs than outputs, a mini-batch is larger than all else: each thread then reads a part of its columns, and has
     * the rows of W that belong to them for itself. And where there are very few outputs, they are one panel, which nobody
     * could share otherwise. Depends on the layer's shape alone, since a sum over slices is another one than a sum over all
     * inputs.
     */
    int inputSlices() {
        boolean isLong = panels.inputs() >= FEWEST_INPUTS_OF_SLICES
                && panels.inputs() >= FEWEST_INPUTS_PER_OUTPUT_OF_SLICES * panels.outputs();
        boolean isNarrow = panels.inputs() >= FEWEST_INPUTS_OF_NARROW_SLICES
                && panels.inputs() >= FEWEST_INPUTS_PER_OUTPUT_OF_NARROW_SLICES * panels.outputs();
        return isLong ? INPUT_SLICES : isNarrow ? NARROW_INPUT_SLICES : 1;
    }

    /**
     * Parts of W that do not depend on each other in a product with the inputs: a slice with all panels, or a panel with all
     * inputs.
     */
    int parts() {
        return inputSlices() > 1 ? inputSlices() : panels.count();
    }

    /** The first panel of a part. */
    int firstPanelOfPart(int part) {
        return inputSlices() > 1 ? 0 : part;
    }

    /** The end of a part's panels. */
    int endPanelOfPart(int part) {
        return inputSlices() > 1 ? panels.count() : part + 1;
    }

    /** The first block of a part. */
    int firstBlockOfPart(Inputs x, int part) {
        return inputSlices() > 1 ? x.firstBlock(part) : 0;
    }

    /** The end of a part's blocks. */
    int endBlockOfPart(Inputs x, int part) {
        return inputSlices() > 1 ? x.firstBlock(part + 1) : x.blocks();
    }

    /**
     * For {@link #forward}: where the sums of all slices but the first are kept.
     *
     * @param rows the most examples
     */
    List<float[]> partialSums(int rows) {
        return IntStream.range(1, inputSlices())
                .mapToObj(slice -> new float[rows * panels.paddedOutputs()])
                .toList();
    }

    /** Computes Y, with the arguments of {@link #forward(Inputs, float[], List, int)}. */
    void forward(Inputs x, float[] y, List<float[]> partialSums) {
        for (int part = 0; part < parts(); part++) {
            forward(x, y, partialSums, part);
        }
        for (int panel = 0; panel < panels.count(); panel++) {
            addSlices(x.rows(), y, partialSums, panel);
        }
    }

    /**
     * Computes one part of Y, which is complete after {@link #addSlices}.
     *
     * @param x from {@link #inputs}
     * @param y {@code [rows][paddedOutputs]}, written to
     * @param partialSums written to
     */
    void forward(Inputs x, float[] y, List<float[]> partialSums, int part) {
        float[] sums = part == 0 || inputSlices() == 1 ? y : partialSums.get(part - 1);
        for (int panel = firstPanelOfPart(part); panel < endPanelOfPart(part); panel++) {
            begin(x.rows(), sums, sums == y ? biases : zeros, panel);
        }
        if (x.areReadInSlices()) {
            x.readSlice(part);
        }
        for (int block = firstBlockOfPart(x, part); block < endBlockOfPart(x, part); block++) {
            for (int panel = firstPanelOfPart(part); panel < endPanelOfPart(part); panel++) {
                multiply(x, block, sums, panel);
            }
        }
    }

    /** Adds the slices of one panel's columns up, always in the same order. */
    void addSlices(int rows, float[] y, List<float[]> partialSums, int panel) {
        for (int i = 0; i < partialSums.size(); i++) {
            kernels.add(partialSums.get(i), y, panels.column(panel), panels.paddedOutputs(), rows, panels.width(panel));
        }
    }

    private void multiply(Inputs x, int block, float[] y, int panel) {
        int column = panels.column(panel);
        if (x.areAll()) {
            int from = x.column(block);
            kernels.multiplyAddQuads(
                    x.quadValues(),
                    x.quadOffset() + Kernels.QUAD * from,
                    x.quadStride(),
                    weights,
                    panels.begin(panel) + from * panels.width(panel),
                    y,
                    column,
                    panels.paddedOutputs(),
                    x.quads(),
                    x.column(block + 1) - from,
                    panels.width(panel));
        } else {
            for (int quad = 0; quad < x.quads(); quad++) {
                kernels.multiplyAddQuadAt(
                        x.lists(),
                        x.begin(quad, block),
                        x.end(quad, block),
                        x.quadValues(),
                        x.quadOffset(),
                        weights,
                        panels.begin(panel),
                        y,
                        x.row(quad) * panels.paddedOutputs() + column,
                        panels.paddedOutputs(),
                        panels.width(panel));
            }
        }
        if (x.quads() < x.groups()) {
            int row = x.row(x.quads());
            kernels.multiplyAddAt(
                    x.lists(),
                    x.begin(x.quads(), block),
                    x.end(x.quads(), block),
                    x.values(),
                    x.offset(row),
                    x.stride(),
                    weights,
                    panels.begin(panel),
                    y,
                    row * panels.paddedOutputs() + column,
                    panels.paddedOutputs(),
                    x.rows() - row,
                    panels.width(panel));
        }
    }

    private void begin(int rows, float[] y, float[] values, int panel) {
        int column = panels.column(panel);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, column, y, row * panels.paddedOutputs() + column, panels.width(panel));
        }
    }

    /**
     * Computes some rows of a slice of {@code dXᵀ = W Δᵀ}. Transposed, because then the examples lie side by side in a vector and no sum
     * runs across its lanes.
     *
     * <p>Slices are to be added. There are two where there are so many outputs, always, so that the result depends neither on
     * how many threads compute it nor on how wide a vector is, and two threads can each begin with the panels that are in their
     * core's cache.
     *
     * @param deltas Δᵀ, whose rows are the outputs and whose columns the examples
     * @param slopes {@code [inputs][padded examples]}, written to
     * @param from the first input
     * @param to the end of the inputs
     */
    void backward(int slice, Transposed deltas, float[] slopes, int from, int to) {
        Panels examples = deltas.panels();
        int row = examples.paddedOutputs();
        Arrays.fill(slopes, from * row, to * row, 0);
        int end = firstPanel(slice + 1);
        for (int panel = firstPanel(slice); panel < end; panel++) {
            for (int strip = 0; strip < examples.count(); strip++) {
                kernels.multiplyAdd(
                        weights,
                        panels.begin(panel) + from * panels.width(panel),
                        panels.width(panel),
                        deltas.values(),
                        examples.begin(strip) + panels.column(panel) * examples.width(strip),
                        slopes,
                        from * row + examples.column(strip),
                        row,
                        to - from,
                        panels.outputs(panel),
                        examples.width(strip));
            }
        }
    }

    /** Of {@link #backward}. */
    int slices() {
        return panels.outputs() > SLICE_UNIT ? 2 : 1;
    }

    private int firstPanel(int slice) {
        if (slice == slices()) {
            return panels.count();
        }
        int units = (panels.outputs() + SLICE_UNIT - 1) / SLICE_UNIT;
        int column = units * slice / slices() * SLICE_UNIT;
        return column / panels.width(0);
    }

    /**
     * Adds a part of {@code dW = Xᵀ Δ} to something that is laid out as the weights are, the last block first.
     *
     * @param deltas {@code [rows][paddedOutputs]}
     */
    void addGradient(Inputs x, float[] deltas, int part, float[] sum) {
        for (int block = endBlockOfPart(x, part) - 1; block >= firstBlockOfPart(x, part); block--) {
            for (int panel = firstPanelOfPart(part); panel < endPanelOfPart(part); panel++) {
                addGradient(x, block, deltas, sum, panels.begin(panel), panel);
            }
        }
    }

    /**
     * Adds one block of one panel's columns of {@code dW = Xᵀ Δ} to something.
     *
     * @param x from {@link #inputs}
     * @param deltas {@code [rows][paddedOutputs]}
     * @param sum {@code sum[begin + k * width + j]} belongs to the panel's {@code W[k][j]}
     */
    void addGradient(Inputs x, int block, float[] deltas, float[] sum, int begin, int panel) {
        int column = panels.column(panel);
        // Each has a list of its own, or all of them have the same.
        int quadsOfList = x.areAll() ? x.quads() : 1;
        for (int quad = 0; quad < x.quads(); quad += quadsOfList) {
            kernels.addOuterQuads(
                    x.lists(),
                    x.begin(quad, block),
                    x.end(quad, block),
                    x.quadValues(),
                    x.quadOffset(),
                    x.quadStride(),
                    sum,
                    begin,
                    deltas,
                    x.row(quad) * panels.paddedOutputs() + column,
                    panels.paddedOutputs(),
                    quadsOfList,
                    panels.width(panel));
        }
        if (x.quads() < x.groups()) {
            int row = x.row(x.quads());
            kernels.addOuterAt(
                    x.lists(),
                    x.begin(x.quads(), block),
                    x.end(x.quads(), block),
                    x.values(),
                    x.offset(row),
                    x.stride(),
                    sum,
                    begin,
                    deltas,
                    row * panels.paddedOutputs() + column,
                    panels.paddedOutputs(),
                    x.rows() - row,
                    panels.width(panel));
        }
    }
}
