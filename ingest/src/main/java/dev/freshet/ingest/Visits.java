package dev.freshet.ingest;

import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;

/**
 * The indices to send, in order: epoch after epoch, shuffled or not, up to the limit of those that are sent. Belongs to one
 * thread.
 */
final class Visits implements PrimitiveIterator.OfLong {
    private final long epochLength;
    private final OptionalLong all;
    private final OptionalLong limit;
    private final SplittableRandom random;
    private final int[] order;
    private long visited;
    private long leftOut;

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
        this.all = size.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.multiplyExact(size.getAsLong(), config.epochs()));
        this.limit = config.limit();
        this.random = new SplittableRandom(config.shuffleSeed().orElse(0));
        this.order = size.isPresent() && config.shuffleSeed().isPresent() ? identity(size.getAsLong()) : new int[0];
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

    /** How many are sent in all, if none is left out; empty where there is no end. */
    OptionalLong total() {
        return all.isEmpty() ? limit : OptionalLong.of(Math.min(all.getAsLong(), limit.orElse(Long.MAX_VALUE)));
    }

    /** To be called for an index that is not sent after all: the limit is for those that are. */
    void leaveOut() {
        leftOut++;
    }

    /** Indices that were not left out, so far. */
    long sent() {
        return visited - leftOut;
    }

    @Override
    public boolean hasNext() {
        return visited < all.orElse(Long.MAX_VALUE) && sent() < limit.orElse(Long.MAX_VALUE);
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
