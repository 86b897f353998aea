package dev.freshet.core.evaluation;

/**
 * Which records are never trained on: a fixed share of all ids, chosen by hash, or the ids that begin in a certain way.
 * Either way a record is on the same side in every epoch and after every restart.
 *
 * @param share of records held out, in [0, 0.9]; without a say where there is a prefix
 * @param prefix of the ids of records that are held out; empty to go by hash
 */
public record HoldOut(double share, String prefix) {
    /** By hash. */
    public HoldOut(double share) {
        this(share, "");
    }

    public HoldOut {
        if (!(share >= 0 && share <= 0.9)) {
            throw new IllegalArgumentException("hold-out-share must be in [0, 0.9], was " + share);
        }
    }

    /** By the beginning of the id. */
    public static HoldOut byPrefix(String prefix) {
        return new HoldOut(0, prefix);
    }

    /** Whether the record with this id is held out. */
    public boolean isHeldOut(String id) {
        return prefix.isEmpty() ? (hash(id) >>> 11) * 0x1p-53 < share : id.startsWith(prefix);
    }

    /** Whether no record at all is. */
    public boolean isNone() {
        return prefix.isEmpty() && share == 0;
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
