package dev.freshet.ingest.source;

/**
 * One image of a source, or one point, with its class and the id it keeps for ever.
 *
 * <p>The values are shared, not copied: nobody writes to them. Safe to share.
 */
public final class LabelledImage {
    private final String id;
    private final Values values;
    private final int label;

    /**
     * @param id the same in every epoch and run
     * @param values as many as the source's input has
     * @param label class index, from 0
     */
    public LabelledImage(String id, Values values, int label) {
        this.id = id;
        this.values = values;
        this.label = label;
    }

    /** @param pixels {@code [channels][height][width]}, one byte a value, handed over */
    public LabelledImage(String id, byte[] pixels, int label) {
        this(id, new Values.Pixels(pixels), label);
    }

    public String id() {
        return id;
    }

    public Values values() {
        return values;
    }

    /**
     * {@code [channels][height][width]}, one byte a value; shared, never to be written to.
     *
     * @throws IllegalStateException if this is a point
     */
    public byte[] pixels() {
        if (values instanceof Values.Pixels pixels) {
            return pixels.values();
        }
        throw new IllegalStateException(id + " is a point and has no pixels");
    }

    /** Class index, from 0. */
    public int label() {
        return label;
    }
}
