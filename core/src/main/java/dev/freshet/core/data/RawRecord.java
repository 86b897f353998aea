package dev.freshet.core.data;

import org.jspecify.annotations.Nullable;

/**
 * What a Kafka record says, without Kafka's classes; the bytes are read, never changed.
 *
 * <p>Belongs to the thread that polls.
 */
public final class RawRecord {
    private final byte @Nullable [] value;
    private final @Nullable String contentType;
    private final Surroundings surroundings;

    /** What a record says beside its value and its type; asked only where the value leaves it open, which is seldom. */
    public interface Surroundings {
        /** The record's key as text. */
        @Nullable
        String key();

        /** Header {@code label}, for values that cannot carry one. */
        @Nullable
        String label();

        /** Topic, partition and offset: the id of a record that brings none. */
        String position();
    }

    private record Known(@Nullable String key, @Nullable String label, String position) implements Surroundings {}

    /**
     * @param value the record's value, null for a tombstone
     * @param contentType header {@code content-type}; absent means {@link ContentTypes#PROTOBUF}
     */
    public RawRecord(byte @Nullable [] value, @Nullable String contentType, Surroundings surroundings) {
        this.value = value;
        this.contentType = contentType;
        this.surroundings = surroundings;
    }

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
        this(value, contentType, new Known(key, label, position));
    }

    byte @Nullable [] value() {
        return value;
    }

    @Nullable
    String label() {
        return surroundings.label();
    }

    String contentType() {
        return contentType == null ? ContentTypes.PROTOBUF : contentType;
    }

    /** The id inside the value, or else the key, or else where the record stands. */
    String idOr(String idInValue) {
        if (!idInValue.isEmpty()) {
            return idInValue;
        }
        String key = surroundings.key();
        return key == null || key.isEmpty() ? surroundings.position() : key;
    }
}
