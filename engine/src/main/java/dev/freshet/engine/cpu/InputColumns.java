package dev.freshet.engine.cpu;

import java.util.Arrays;

/**
 * Which columns of a layer's inputs a product has to look at. Four pixels in five of a drawn digit are zero, and so is
 * everything that a product with them adds.
 *
 * <p>Rows are taken in fours: a column is in a group's list if any of its four rows has a value there, which is two columns
 * in five of MNIST, and then a product loads the column's weights once for the four. Where weights are few, as in a narrow
 * layer, making lists costs more than they save, and one list does for all rows. Lists are read block by block, so that the
 * weights of a block stay in the cache while all groups go through it.
 *
 * <p>Written anew for each mini-batch by any number of threads, each with groups of its own.
 */
final class InputColumns {
    /** Rows of a group, in a layer of so many outputs or more. */
    private static final int GROUP = 4;

    private static final int FEWEST_OUTPUTS_OF_GROUPS = 64;

    /** Above this share of columns that a group needs, what is saved does not pay for the detour. */
    private static final double LARGEST_SHARE = 0.7;

    private final Kernels kernels;
    private final int columns;
    private final int blockColumns;
    private final int blocks;
    /** {@code 0, 1, 2…}: the list of every group where nothing is left out. */
    private final int[] all;
    /** The lists, {@code [groups][columns]}. */
    private int[] lists = new int[0];
    /** {@code [groups][blocks + 1]}: where a block of a list begins. */
    private int[] blockBegin = new int[0];
    /** The newest mini-batch that was read in which a column was not 0; 0 if it always was. */
    private final int[] newest;

    private final int groupRows;
    /** The largest magnitude in each group. */
    private float[] largest = new float[0];

    private boolean areAll = true;
    private int miniBatch;

    /** All columns, until some are read. */
    InputColumns(Kernels kernels, int columns, int outputs, int blockColumns) {
        this.groupRows = outputs < FEWEST_OUTPUTS_OF_GROUPS ? Integer.MAX_VALUE : GROUP;
        this.kernels = kernels;
        this.columns = columns;
        this.blockColumns = blockColumns;
        this.blocks = (columns + blockColumns - 1) / blockColumns;
        this.newest = new int[columns];
        this.all = new int[columns];
        Arrays.setAll(all, k -> k);
    }

    /** Groups that a mini-batch is divided into; the last may have fewer rows. */
    int groups(int rows) {
        return (int) (((long) rows + groupRows - 1) / groupRows);
    }

    /** The first row of a group. */
    int row(int group) {
        return group * groupRows;
    }

    /** Rows of a group. */
    int rows(int rows, int group) {
        return Math.min(groupRows, rows - row(group));
    }

    /**
     * Looks at all groups.
     *
     * @param x {@code [rows][columns]}
     */
    void read(float[] x, int rows) {
        beginReading(x, rows);
        for (int group = 1; group < groups(rows); group++) {
            readGroup(x, rows, group);
        }
        endReading(rows);
    }

    /**
     * Reads the first group, before several threads read the others. Where it has few zeros, the others are only asked for their
     * largest value.
     */
    void beginReading(float[] x, int rows) {
        miniBatch++;
        int groups = groups(rows);
        if (largest.length < groups) {
            lists = new int[groups * columns];
            blockBegin = new int[groups * (blocks + 1)];
            largest = new float[groups];
        }
        areAll = false;
        readGroup(x, rows, 0);
        areAll = length(0) > LARGEST_SHARE * columns;
    }

    /**
     * Lists the columns of one group.
     *
     * @param x {@code [rows][columns]}
     */
    void readGroup(float[] x, int rows, int group) {
        int first = row(group) * columns;
        if (areAll) {
            largest[group] = kernels.largest(x, first, columns, rows(rows, group), columns);
            return;
        }
        largest[group] = 0;
        int end = group * columns;
        for (int block = 0; block < blocks; block++) {
            blockBegin[group * (blocks + 1) + block] = end;
            end = kernels.findNonZeros(
                    x, first, columns, rows(rows, group), column(block), column(block + 1), lists, end, largest, group);
        }
        blockBegin[group * (blocks + 1) + blocks] = end;
        for (int n = group * columns; n < end; n++) {
            newest[lists[n]] = miniBatch;
        }
    }

    /** To be called when all groups have been read; where there are few zeros, the lists are not used. */
    void endReading(int rows) {
        long found = 0;
        for (int group = 0; !areAll && group < groups(rows); group++) {
            found += length(group);
        }
        areAll |= found > LARGEST_SHARE * columns * groups(rows);
        if (areAll) {
            Arrays.fill(newest, miniBatch);
        }
    }

    private int length(int group) {
        return blockBegin[group * (blocks + 1) + blocks] - group * columns;
    }

    /** The largest magnitude of what has been read; NaN if one was among it. */
    float largest(int rows) {
        float most = 0;
        for (int group = 0; group < groups(rows); group++) {
            most = Math.max(most, largest[group]);
        }
        return most;
    }

    /** Whether nothing is left out. */
    boolean areAll() {
        return areAll;
    }

    int blocks() {
        return blocks;
    }

    /** The first column of a block; after the last block, the number of columns. */
    int column(int block) {
        return Math.min(block * blockColumns, columns);
    }

    /** To be read from {@link #begin} to {@link #end}. */
    int[] lists() {
        return areAll ? all : lists;
    }

    /** Where a group's list of a block begins. */
    int begin(int group, int block) {
        return areAll ? column(block) : blockBegin[group * (blocks + 1) + block];
    }

    int end(int group, int block) {
        return areAll ? column(block + 1) : blockBegin[group * (blocks + 1) + block + 1];
    }

    /** Whether a column is in a list of this mini-batch. */
    boolean isListed(int column) {
        return areAll || newest[column] == miniBatch;
    }

    /** Whether a column was in a list of any mini-batch so far. */
    boolean wasListed(int column) {
        return areAll || newest[column] != 0;
    }
}
