package dev.freshet.ingest.source;

/**
 * One image of a source with its class and the id it keeps for ever.
 *
 * <p>The pixels are shared, not copied: nobody writes to them. Safe to share.
 */
public final class LabelledImage {
    private final String id;
    private final byte[] pixels;
    private final int label;

    /**
     * @param id the same in every epoch and run
     * @param pixels {@code [channels][height][width]}, one byte a value, handed over
     * @param label class index, from 0
     */
    public LabelledImage(String id, byte[] pixels, int label) {
        this.id = id;
        this.pixels = pixels;
        this.label = label;
    }

    public String id() {
        return id;
    }

    /** {@code [channels][height][width]}, one byte a value; shared, never to be written to. */
    public byte[] pixels() {
        return pixels;
    }

    /** Class index, from 0. */
    public int label() {
        return label;
    }
}
