package dev.freshet.bench.serving;

import java.util.Arrays;

/** How long requests took; many threads add. */
public final class Latencies {
    private long[] nanos = new long[1 << 16];
    private int count;

    public synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count] = took;
        count++;
    }

    public synchronized int count() {
        return count;
    }

    /**
     * In milliseconds.
     *
     * @param share of the requests that took no longer, in (0, 1]
     * @throws IllegalStateException if there were none
     */
    public synchronized double millis(double share) {
        if (count == 0) {
            throw new IllegalStateException("no request was answered");
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * count) - 1] / 1e6;
    }
}
