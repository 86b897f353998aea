package dev.freshet.ingest.source;

/** The two parts of a data set. */
public enum Split {
    /** What is streamed and learned from. */
    TRAIN("train", "train"),
    /** What is never streamed, for the accuracy that a recipe reports. */
    TEST("test", "t10k");

    private final String idPrefix;
    private final String idxPrefix;

    Split(String idPrefix, String idxPrefix) {
        this.idPrefix = idPrefix;
        this.idxPrefix = idxPrefix;
    }

    /** The id of an image that its file knows by index only, such as {@code train/12345}. */
    String id(long index) {
        return idPrefix + "/" + index;
    }

    /** How the names of IDX files begin. */
    String idxPrefix() {
        return idxPrefix;
    }
}
