package dev.freshet.core.data;

import java.util.Arrays;

/**
 * Scales channel-major images of bytes to another height and width, each axis for itself: one that shrinks takes the mean
 * of what a new pixel covers; one that grows takes the two nearest pixels, weighted by how near their centres are, and
 * repeats the edges.
 *
 * <p>In whole numbers up to one rounding at the end, halves up: the same picture gives the same bytes on any machine.
 * Immutable.
 */
final class Scaling {
    private final Axis rows;
    private final Axis columns;

    private Scaling(Axis rows, Axis columns) {
        this.rows = rows;
        this.columns = columns;
    }

    /** Sides of at most 2^20 pixels: sums along a row fit an int then. */
    static Scaling of(int fromHeight, int fromWidth, int toHeight, int toWidth) {
        return new Scaling(Axis.of(fromHeight, toHeight), Axis.of(fromWidth, toWidth));
    }

    /** What each new pixel of one axis is made of: some old ones side by side, with whole weights of a fixed sum. */
    private static final class Axis {
        private final int from;
        private final int[] first;
        private final int[][] weights;
        private final int sum;

        private Axis(int from, int to, int sum) {
            this.from = from;
            this.first = new int[to];
            this.weights = new int[to][];
            this.sum = sum;
        }

        static Axis of(int from, int to) {
            return to > from ? growing(from, to) : shrinking(from, to);
        }

        int length() {
            return first.length;
        }

        /** Old pixels are {@code to} long and new ones {@code from}, so both end at the same place. */
        private static Axis shrinking(int from, int to) {
            Axis axis = new Axis(from, to, from);
            for (int i = 0; i < to; i++) {
                long begin = (long) i * from;
                long end = begin + from;
                int first = (int) (begin / to);
                int last = (int) ((end - 1) / to);
                axis.first[i] = first;
                axis.weights[i] = new int[last - first + 1];
                for (int j = first; j <= last; j++) {
                    long covered = Math.min(end, (j + 1L) * to) - Math.max(begin, (long) j * to);
                    axis.weights[i][j - first] = (int) covered;
                }
            }
            return axis;
        }

        /** In units of 1 / (2 to): the centre of a new pixel, less the half by which its old one's is in from the edge. */
        private static Axis growing(int from, int to) {
            Axis axis = new Axis(from, to, 2 * to);
            for (int i = 0; i < to; i++) {
                long centre = (2L * i + 1) * from - to;
                int left = (int) Math.floorDiv(centre, 2L * to);
                int beyond = (int) Math.floorMod(centre, 2L * to);
                boolean atEdge = left < 0 || left + 1 == from;
                axis.first[i] = Math.max(0, left);
                axis.weights[i] = atEdge ? new int[] {2 * to} : new int[] {2 * to - beyond, beyond};
            }
            return axis;
        }
    }

    /**
     * Scales every channel.
     *
     * @param planes {@code [channels][from height][from width]}
     * @return {@code [channels][to height][to width]}; the same array if there is nothing to scale
     */
    byte[] apply(byte[] planes) {
        if (rows.from == rows.length() && columns.from == columns.length()) {
            return planes;
        }
        int fromPlane = rows.from * columns.from;
        int toPlane = rows.length() * columns.length();
        byte[] scaled = new byte[planes.length / fromPlane * toPlane];
        for (int from = 0, to = 0; from < planes.length; from += fromPlane, to += toPlane) {
            scalePlane(planes, from, scaled, to);
        }
        return scaled;
    }

    private void scalePlane(byte[] planes, int from, byte[] scaled, int to) {
        Rows scaledRows = new Rows(planes, from);
        long sum = (long) rows.sum * columns.sum;
        long[] values = new long[columns.length()];
        for (int y = 0; y < rows.length(); y++) {
            Arrays.fill(values, 0);
            for (int k = 0; k < rows.weights[y].length; k++) {
                int[] row = scaledRows.get(rows.first[y] + k);
                long weight = rows.weights[y][k];
                for (int x = 0; x < values.length; x++) {
                    values[x] += weight * row[x];
                }
            }
            for (int x = 0; x < values.length; x++) {
                scaled[to + y * values.length + x] = (byte) ((values[x] + sum / 2) / sum);
            }
        }
    }

    /** Old rows, scaled along themselves. Neighbouring new rows share two of them at most, so two are kept. */
    private final class Rows {
        private final byte[] planes;
        private final int from;
        private final int[][] kept = new int[2][columns.length()];
        private final int[] numbers = {-1, -1};

        Rows(byte[] planes, int from) {
            this.planes = planes;
            this.from = from;
        }

        int[] get(int number) {
            int[] row = kept[number & 1];
            if (numbers[number & 1] != number) {
                numbers[number & 1] = number;
                int begin = from + number * columns.from;
                for (int x = 0; x < row.length; x++) {
                    row[x] = valueAt(begin + columns.first[x], columns.weights[x]);
                }
            }
            return row;
        }

        private int valueAt(int begin, int[] weights) {
            int value = 0;
            for (int k = 0; k < weights.length; k++) {
                value += weights[k] * (planes[begin + k] & 0xff);
            }
            return value;
        }
    }
}
