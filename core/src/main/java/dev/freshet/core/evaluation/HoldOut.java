package dev.freshet.core.evaluation;

/**
 * Which records are never trained on: a fixed share of all ids, chosen by hash, so that a record is on the same side in
 * every epoch and after every restart.
 *
 * @param share of records held out, in [0, 0.9]
 */
public record HoldOut(double share) {
    public HoldOut {
        if (!(share >= 0 && share <= 0.9)) {
            throw new IllegalArgumentException("hold-out-share must be in [0, 0.9], was " + share);
        }
    }

    /** Whether the record with this id is held out. */
    public boolean isHeldOut(String id) {
        return (hash(id) >>> 11) * 0x1p-53 < share;
    }

    /**
     * 64-bit FNV-1a over UTF-16 units, then the finalizer of SplitMix64 (Steele, Lea and Flood, 2014), without which
     * the high bits of numbered ids would hardly differ. Never to be changed: it decides the side of every record.
     */
    private static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
        return hash ^ hash >>> 31;
    }
}
