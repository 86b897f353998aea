package dev.freshet.ingest.source;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Divides the indices of a source in two: a chosen share, such as a validation part, and the rest. Exactly
 * {@code round(share · size)} are chosen. Immutable.
 */
public final class Division {
    private final int[] chosen;
    private final int[] rest;

    private Division(int[] chosen, int[] rest) {
        this.chosen = chosen;
        this.rest = rest;
    }

    /**
     * Chooses the first ones.
     *
     * @param size of the source
     * @param share in [0, 1]
     */
    public static Division first(long size, double share) {
        int all = requireSize(size);
        int count = countOf(share, all);
        return new Division(
                IntStream.range(0, count).toArray(), IntStream.range(count, all).toArray());
    }

    /**
     * Chooses at random among the images of each class, so that the chosen ones have the classes in the same shares as all
     * have. A class gets the whole part of its share; the ones still missing go to the classes with the largest remainders
     * (Hamilton's method), and among equals to those with the lower index.
     *
     * @param source finite; only asked for labels
     * @param share in [0, 1]
     * @param seed decides which ones are chosen, the same ones on any JDK
     * @throws IllegalArgumentException if the source has no end
     */
    public static Division stratified(ImageSource source, double share, long seed) {
        int size = requireSize(source.size()
                .orElseThrow(() -> new IllegalArgumentException("a source without an end has no share to choose")));
        int[] labels = IntStream.range(0, size).map(source::label).toArray();
        int[][] ofClass = new int[source.classes().size()][];
        for (int label = 0; label < ofClass.length; label++) {
            int wanted = label;
            ofClass[label] =
                    IntStream.range(0, size).filter(i -> labels[i] == wanted).toArray();
        }
        int[] counts = countsOf(share, ofClass, countOf(share, size));
        boolean[] isChosen = new boolean[size];
        // Of all generators only this one has its algorithm specified.
        Random random = new Random(seed);
        for (int label = 0; label < ofClass.length; label++) {
            draw(ofClass[label], counts[label], random);
            Arrays.stream(ofClass[label], 0, counts[label]).forEach(i -> isChosen[i] = true);
        }
        return new Division(
                IntStream.range(0, size).filter(i -> isChosen[i]).toArray(),
                IntStream.range(0, size).filter(i -> !isChosen[i]).toArray());
    }

    private static int[] countsOf(double share, int[][] ofClass, int total) {
        int[] counts = new int[ofClass.length];
        double[] remainders = new double[ofClass.length];
        for (int label = 0; label < counts.length; label++) {
            double quota = share * ofClass[label].length;
            counts[label] = (int) quota;
            remainders[label] = quota - counts[label];
        }
        for (int missing = total - Arrays.stream(counts).sum(); missing > 0; missing--) {
            int largest = 0;
            for (int label = 1; label < counts.length; label++) {
                largest = remainders[label] > remainders[largest] ? label : largest;
            }
            counts[largest]++;
            remainders[largest] = -1;
        }
        return counts;
    }

    /** The first steps of the shuffle of Fisher and Yates (Durstenfeld, 1964): as many as are wanted. */
    private static void draw(int[] indices, int count, Random random) {
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(indices.length - i);
            int drawn = indices[other];
            indices[other] = indices[i];
            indices[i] = drawn;
        }
    }

    private static int requireSize(long size) {
        if (size < 0 || size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "a source to be divided must have at most " + (Integer.MAX_VALUE - 8) + " images, has " + size);
        }
        return (int) size;
    }

    private static int countOf(double share, int size) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share must be in [0, 1], was " + share);
        }
        return (int) Math.round(share * size);
    }

    /** Ascending; the caller's own. */
    public int[] chosen() {
        return chosen.clone();
    }

    /** All others, ascending; the caller's own. */
    public int[] rest() {
        return rest.clone();
    }
}
