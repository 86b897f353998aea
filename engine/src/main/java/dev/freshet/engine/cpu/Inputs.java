package dev.freshet.engine.cpu;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A mini-batch as a layer is given it, and which of its columns a product has to look at. Four pixels in five of a drawn digit
 * are zero, and so is everything that a product with them adds.
 *
 * <p>Rows are taken in fours, and copied into quads, as {@link Kernels} want them. A column is in a group's list if any of its four
 * rows has a value there, which is two columns in five of MNIST; a product loads the column's weights once for the four, and
 * the quad has no others. Where weights are few, as in a narrow layer, making lists costs more than they save. Everything is
 * read block by block of columns, so that the weights of a block stay in the cache while all rows go through it.
 *
 * <p>Written anew for each mini-batch by any number of threads, each with groups of its own.
 */
final class Inputs {
    /** Rows of a group. */
    private static final int GROUP = Kernels.QUAD;

    /** From so many outputs on, a layer is not narrow. */
    private static final int FEWEST_OUTPUTS_OF_LISTS = 64;

    /** Above this share of columns that a group needs, what is saved does not pay for the detour. */
    private static final double LARGEST_SHARE = 0.7;

    /** Slices consist of so many columns. */
    private static final int SLICE_UNIT = 16;

    private final Kernels kernels;
    private final int columns;
    private final int slices;
    private final int blocks;
    /** The first column of each block, and the number of columns. */
    private final int[] blockColumns;
    /** The first block of each slice, and the number of blocks. */
    private final int[] firstBlocks;
    /** {@code 0, 1, 2…}: the list of every group where nothing is left out. */
    private final int[] all;
    /** The lists, {@code [groups][columns]}. */
    private int[] lists = new int[0];
    /** {@code [groups][blocks]}: where a block's list ends, which begins where its first column would be. */
    private int[] blockEnd = new int[0];
    /** The newest mini-batch that was read in which a column was not 0; 0 if it always was. */
    private final int[] newest;

    /** The groups of four rows; behind one another, as the lists are, the columns that are listed. */
    private float[] quads = new float[0];

    private final boolean isNarrow;
    /** The largest magnitude: {@code [groups][blocks]}, or {@code [slices]} where slices are read. */
    private float[] largest = new float[0];

    private float[] x = new float[0];
    private int xBegin;
    private int xRow;
    private int rows;
    private boolean areAll = true;
    private boolean areReadInSlices;
    private int miniBatch;

    /**
     * @param columns inputs of the layer
     * @param outputs of the layer
     * @param blockColumns the most columns of a block
     * @param slices that blocks do not cross: {@link DenseLayer#inputSlices}
     */
    Inputs(Kernels kernels, int columns, int outputs, int blockColumns, int slices) {
        this.isNarrow = outputs < FEWEST_OUTPUTS_OF_LISTS;
        this.kernels = kernels;
        this.columns = columns;
        this.slices = slices;
        this.blockColumns = IntStream.concat(
                        IntStream.range(0, slices).flatMap(slice -> blocksOfSlice(slice, blockColumns)),
                        IntStream.of(columns))
                .toArray();
        this.blocks = this.blockColumns.length - 1;
        this.firstBlocks = IntStream.rangeClosed(0, slices)
                .map(slice -> Arrays.binarySearch(this.blockColumns, firstColumn(slice)))
                .toArray();
        this.newest = new int[columns];
        this.all = new int[columns];
        Arrays.setAll(all, k -> k);
    }

    private IntStream blocksOfSlice(int slice, int most) {
        return IntStream.iterate(
                firstColumn(slice), column -> column < firstColumn(slice + 1), column -> column + most);
    }

    /** Slices begin where a cache line does, whatever the width of a vector. */
    private int firstColumn(int slice) {
        return slice == slices ? columns : columns / SLICE_UNIT * slice / slices * SLICE_UNIT;
    }

    /**
     * A mini-batch of which nothing is left out; {@link #copyColumns} is to be called for all of its columns.
     *
     * @param offset of its first value
     * @param row distance of its rows
     */
    void set(float[] values, int offset, int row, int size) {
        x = values;
        xBegin = offset;
        xRow = row;
        rows = size;
        areReadInSlices = false;
        if (quads.length < Panels.FIRST + quads() * GROUP * columns) {
            quads = new float[Panels.FIRST + quads() * GROUP * columns];
        }
    }

    /**
     * Copies some columns into the quads. Threads may call this at the same time, each for columns of its own.
     *
     * @param to the end of the columns
     * @return the largest magnitude in them; NaN if one is among them
     */
    float copyColumns(int from, int to) {
        float most = 0;
        for (int group = 0; group < groups(); group++) {
            // NaN stays.
            most = Math.max(most, copy(group, from, to));
        }
        return most;
    }

    private float copy(int group, int from, int to) {
        int begin = offset(row(group)) + from;
        return group < quads()
                ? kernels.interleave(x, begin, xRow, to - from, quads, quadOffset() + GROUP * (group * columns + from))
                : kernels.largest(x, begin, xRow, groupRows(group), to - from);
    }

    /**
     * A mini-batch in which zeros are looked for, by one thread.
     *
     * @param values {@code [size][columns]} from {@code offset} on
     */
    void read(float[] values, int offset, int size) {
        beginReading(values, offset, size);
        if (!areReadInSlices) {
            for (int group = 1; group < groups(); group++) {
                readGroup(group);
            }
        }
    }

    /**
     * Reads the first group, before several threads read the others. Where it has few zeros, no lists are made of them, nor in
     * a narrow layer, unless there are fewer rows than a quad has.
     *
     * @param values {@code [size][columns]} from {@code offset} on
     */
    void beginReading(float[] values, int offset, int size) {
        set(values, offset, columns, size);
        miniBatch++;
        int groups = groups();
        if (largest.length < groups * blocks) {
            lists = new int[groups * columns];
            blockEnd = new int[groups * blocks];
            largest = new float[groups * blocks];
        }
        areAll = isNarrow && quads() > 0;
        if (!areAll) {
            readGroup(0);
            areAll = length(0) > LARGEST_SHARE * columns;
        }
        if (areAll) {
            Arrays.fill(newest, miniBatch);
            areReadInSlices = slices > 1;
            if (!areReadInSlices) {
                readGroup(0);
            }
        }
    }

    /**
     * Whether {@link #readSlice} is to be called for each slice, and {@link #readGroup} for none: where threads share a product by
     * its inputs, each reads those that it is about to multiply.
     */
    boolean areReadInSlices() {
        return areReadInSlices;
    }

    /** Reads all groups of one slice. */
    void readSlice(int slice) {
        largest[slice] = copyColumns(firstColumn(slice), firstColumn(slice + 1));
    }

    /** Groups of the mini-batch; the last may have fewer rows. */
    int groups() {
        return (rows + GROUP - 1) / GROUP;
    }

    /** Groups of the mini-batch that have all of their four rows: those that are in the quads. */
    int quads() {
        return rows / GROUP;
    }

    void readGroup(int group) {
        if (!areAll) {
            list(group);
            return;
        }
        Arrays.fill(largest, group * blocks, (group + 1) * blocks, 0);
        largest[group * blocks] = copy(group, 0, columns);
    }

    private void list(int group) {
        kernels.magnitudes(x, offset(row(group)), columns, groupRows(group), columns, lists, group * columns);
        for (int block = 0; block < blocks; block++) {
            list(group, block);
        }
    }

    /** The magnitudes of a block's columns are where its list would be if none of them were 0, which it then grows into. */
    private void list(int group, int block) {
        int begin = group * columns;
        int end = begin + column(block);
        int most = 0;
        for (int k = column(block); k < column(block + 1); k++) {
            int magnitude = lists[begin + k];
            most = Math.max(most, magnitude);
            lists[end] = k;
            // By one where it is not 0, without a jump that nobody can predict.
            end += -magnitude >>> 31;
        }
        blockEnd[group * blocks + block] = end;
        largest[group * blocks + block] = Float.intBitsToFloat(most);
        for (int n = begin + column(block); n < end; n++) {
            newest[lists[n]] = miniBatch;
        }
        if (group < quads()) {
            kernels.interleaveAt(
                    lists, begin + column(block), end, x, offset(row(group)), columns, quads, quadOffset());
        }
    }

    private int length(int group) {
        int length = 0;
        for (int block = 0; block < blocks; block++) {
            length += end(group, block) - begin(group, block);
        }
        return length;
    }

    /** The largest magnitude of what has been read; NaN if one was among it. */
    float largest() {
        return largest(largest, areReadInSlices ? slices : groups() * blocks);
    }

    private static float largest(float[] magnitudes, int count) {
        float most = 0;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, magnitudes[i]);
        }
        return most;
    }

    /** Examples. */
    int rows() {
        return rows;
    }

    /** The first row of a group. */
    int row(int group) {
        return group * GROUP;
    }

    /** Rows of a group. */
    int groupRows(int group) {
        return Math.min(GROUP, rows - row(group));
    }

    /** The groups that have four rows, as {@link Kernels} want them. */
    float[] quadValues() {
        return quads;
    }

    /** Where they begin; the column that {@link #lists} has at n is {@code 4 * n} behind it. */
    int quadOffset() {
        return Panels.FIRST;
    }

    /** Where nothing is left out, the distance between a quad and the next. */
    int quadStride() {
        return GROUP * columns;
    }

    /** {@code x[r][k]} is {@code offset(r) + k}. */
    float[] values() {
        return x;
    }

    /** Where a row of {@link #values} begins. */
    int offset(int row) {
        return xBegin + row * xRow;
    }

    /** The distance of the rows of {@link #values}. */
    int stride() {
        return xRow;
    }

    /** Whether nothing is left out. */
    boolean areAll() {
        return areAll;
    }

    int blocks() {
        return blocks;
    }

    /** The first block of a slice; after the last slice, the number of blocks. */
    int firstBlock(int slice) {
        return firstBlocks[slice];
    }

    /** The first column of a block; after the last block, the number of columns. */
    int column(int block) {
        return blockColumns[block];
    }

    /** Columns, to be read from {@link #begin} to {@link #end}. */
    int[] lists() {
        return areAll ? all : lists;
    }

    /** Where a group's list of a block begins. */
    int begin(int group, int block) {
        return (areAll ? 0 : group * columns) + column(block);
    }

    int end(int group, int block) {
        return areAll ? column(block + 1) : blockEnd[group * blocks + block];
    }

    /** Whether a column is in a list of this mini-batch. */
    boolean isListed(int column) {
        return areAll || newest[column] == miniBatch;
    }

    /** Whether a column was in a list of any mini-batch so far. */
    boolean wasListed(int column) {
        return areAll || newest[column] != 0;
    }

    /** From now on, all columns have been in a list: an optimizer may remember something of each. */
    void forgetZeros() {
        Arrays.fill(newest, -1);
    }
}
