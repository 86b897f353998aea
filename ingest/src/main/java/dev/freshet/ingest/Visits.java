package dev.freshet.ingest;

import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;

/** The indices to send, in order: epoch after epoch, shuffled or not, up to the limit. Belongs to one thread. */
final class Visits implements PrimitiveIterator.OfLong {
    private final long epochLength;
    private final OptionalLong total;
    private final SplittableRandom random;
    private final int[] order;
    private long visited;

    /**
     * @param size of the source, empty for an endless one
     * @throws IllegalArgumentException if an endless source should be passed over more than once, or if the source is too
     *     large to be shuffled
     */
    Visits(OptionalLong size, IngestConfig config) {
        if (size.isEmpty() && config.epochs() > 1) {
            throw new IllegalArgumentException(
                    "ingest.epochs must be 1 for an endless source, which has no end to start again from, was "
                            + config.epochs());
        }
        this.epochLength = size.orElse(Long.MAX_VALUE);
        this.total = total(size, config);
        this.random = new SplittableRandom(config.shuffleSeed().orElse(0));
        this.order = size.isPresent() && config.shuffleSeed().isPresent() ? identity(size.getAsLong()) : new int[0];
    }

    private static OptionalLong total(OptionalLong size, IngestConfig config) {
        if (size.isEmpty()) {
            return config.limit();
        }
        long all = Math.multiplyExact(size.getAsLong(), config.epochs());
        return OptionalLong.of(Math.min(all, config.limit().orElse(Long.MAX_VALUE)));
    }

    private static int[] identity(long size) {
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("ingest.shuffle takes sources of at most " + (Integer.MAX_VALUE - 8)
                    + " images, this one has " + size);
        }
        int[] order = new int[(int) size];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        return order;
    }

    /** How many there are in all; empty where there is no end. */
    OptionalLong total() {
        return total;
    }

    @Override
    public boolean hasNext() {
        return visited < total.orElse(Long.MAX_VALUE);
    }

    @Override
    public long nextLong() {
        if (!hasNext()) {
            throw new NoSuchElementException("all " + visited + " visits are made");
        }
        long position = visited % epochLength;
        visited++;
        if (order.length == 0) {
            return position;
        }
        return draw((int) position);
    }

    /**
     * One step of the shuffle of Fisher and Yates (Durstenfeld, 1964), taken when its index is needed. It permutes
     * whatever order it finds, so that each epoch shuffles the last one again.
     */
    private int draw(int position) {
        int other = random.nextInt(position, order.length);
        int drawn = order[other];
        order[other] = order[position];
        order[position] = drawn;
        return drawn;
    }
}
