package dev.freshet.ingest.source;

/** The two parts of a data set. */
public enum Split {
    /** What is streamed and learned from. */
    TRAIN("train"),
    /** What is never streamed, for the accuracy that a recipe reports. */
    TEST("test");

    private final String idPrefix;

    Split(String idPrefix) {
        this.idPrefix = idPrefix;
    }

    /** The id of an image that its file knows by index only, such as {@code train/12345}. */
    String id(long index) {
        return idPrefix + "/" + index;
    }
}
