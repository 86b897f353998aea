package dev.freshet.core.data;

/** What became of one record that was decoded into a row of features: what it says besides them, or why there is nothing. */
public sealed interface DecodedRow permits DecodedRow.Filled, Decoded.Malformed {
    /**
     * The row holds what the network can learn from or score.
     *
     * @param id names the record for ever
     * @param label class index, or {@link Example#UNLABELLED}
     * @param eventTimeMillis milliseconds since the epoch, 0 if unknown
     */
    record Filled(String id, int label, long eventTimeMillis) implements DecodedRow {}
}
