package dev.freshet.core.data;

/**
 * One input as the network sees it, with its label where the truth is known.
 *
 * <p>The features are handed over, not copied: whoever made them must not write to them again. Safe to share.
 */
public final class Example {
    /** The label of an example whose truth is not known. */
    public static final int UNLABELLED = -1;

    private final String id;
    private final float[] features;
    private final int label;
    private final long eventTimeMillis;

    /**
     * @param id names the record for ever
     * @param features {@code [inputs]}, scaled and normalised
     * @param label class index, or {@link #UNLABELLED}
     * @param eventTimeMillis milliseconds since the epoch, 0 if unknown
     */
    public Example(String id, float[] features, int label, long eventTimeMillis) {
        this.id = id;
        this.features = features;
        this.label = label;
        this.eventTimeMillis = eventTimeMillis;
    }

    public String id() {
        return id;
    }

    /** {@code [inputs]}; shared, never to be written to. */
    public float[] features() {
        return features;
    }

    /** Class index, or {@link #UNLABELLED}. */
    public int label() {
        return label;
    }

    public long eventTimeMillis() {
        return eventTimeMillis;
    }
}
