package dev.freshet.core.registry;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Which requests the canary answers: the same ones on every path, in every replica and after every restart, and with a
 * higher weight those of the lower one and more.
 *
 * @param share of requests, in hundredths of a percent, 0 to 10000
 */
public record CanarySplit(int share) {
    /** No canary. */
    public static final CanarySplit NONE = new CanarySplit(0);

    private static final int BUCKETS = 10_000;

    /** @param weight in percent */
    public static CanarySplit ofWeight(double weight) {
        return new CanarySplit((int) Math.round(weight * BUCKETS / 100));
    }

    public boolean isNone() {
        return share == 0;
    }

    /** @param id of the request; one without is thrown for, since all of them on one side would be no share */
    public boolean takes(String id) {
        if (share == 0) {
            return false;
        }
        return (id.isEmpty() ? ThreadLocalRandom.current().nextInt(BUCKETS) : bucketOf(id)) < share;
    }

    /**
     * In [0, 10000): 64-bit FNV-1a over the UTF-16 units of the id behind {@code canary/}, without which the canary
     * would answer the very records that a trainer holds out, then the finalizer of SplitMix64 (Steele, Lea and Flood,
     * 2014), modulo 10000.
     */
    public static int bucketOf(String id) {
        long hash = SALTED;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * FNV_PRIME;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return (int) Long.remainderUnsigned(hash, BUCKETS);
    }

    private static final long FNV_PRIME = 0x100000001b3L;
    private static final long SALTED = salted();

    private static long salted() {
        long hash = 0xcbf29ce484222325L;
        for (char unit : "canary/".toCharArray()) {
            hash = (hash ^ unit) * FNV_PRIME;
        }
        return hash;
    }
}
