package dev.freshet.core.data;

import org.jspecify.annotations.Nullable;

/**
 * What a Kafka record says, without Kafka's classes; the bytes are read, never changed.
 *
 * <p>Belongs to the thread that polls.
 */
public final class RawRecord {
    private final byte @Nullable [] value;
    private final @Nullable String key;
    private final @Nullable String contentType;
    private final @Nullable String label;
    private final String position;

    /**
     * @param value the record's value, null for a tombstone
     * @param key the record's key as text
     * @param contentType header {@code content-type}; absent means {@link ContentTypes#PROTOBUF}
     * @param label header {@code label}, for values that cannot carry one
     * @param position topic, partition and offset: the id of a record that brings none
     */
    public RawRecord(
            byte @Nullable [] value,
            @Nullable String key,
            @Nullable String contentType,
            @Nullable String label,
            String position) {
        this.value = value;
        this.key = key;
        this.contentType = contentType;
        this.label = label;
        this.position = position;
    }

    byte @Nullable [] value() {
        return value;
    }

    @Nullable
    String label() {
        return label;
    }

    String contentType() {
        return contentType == null ? ContentTypes.PROTOBUF : contentType;
    }

    /** The id inside the value, or else the key, or else where the record stands. */
    String idOr(String idInValue) {
        if (!idInValue.isEmpty()) {
            return idInValue;
        }
        return key == null || key.isEmpty() ? position : key;
    }
}
