package dev.freshet.core.data;

/** What became of one record: an example, or the reason why there is none. */
public sealed interface Decoded {
    /** A record that the network can learn from or score. */
    record Valid(Example example) implements Decoded {}

    /**
     * A record for the dead-letter topic.
     *
     * @param reason for counting
     * @param detail for people: what was found and what was expected
     */
    record Malformed(Reason reason, String detail) implements Decoded, DecodedRow {}

    /** Why a record could not be used; few and fixed, so that it can be the tag of a meter. */
    enum Reason {
        EMPTY,
        UNSUPPORTED_CONTENT_TYPE,
        UNDECODABLE,
        WRONG_SHAPE,
        NO_LABEL,
        LABEL_OUT_OF_RANGE,
        NON_FINITE,
        /** The record itself is well-formed, but the mini-batch it was in gave a loss or a gradient that is not finite. */
        NON_FINITE_STEP
    }
}
