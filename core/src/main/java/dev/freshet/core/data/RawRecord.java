package dev.freshet.core.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a Kafka record says, without Kafka's classes; the bytes are read, never changed.
 *
 * <p>Belongs to the thread that polls.
 */
public final class RawRecord {
    private static final byte[] NOTHING = {};

    private final byte[] bytes;
    private final int begin;
    private final int size;
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
     * @param value the record's value, null for a tombstone; its position stays where it is
     * @param contentType header {@code content-type}; absent means {@link ContentTypes#PROTOBUF}
     */
    public RawRecord(@Nullable ByteBuffer value, @Nullable String contentType, Surroundings surroundings) {
        this.contentType = contentType;
        this.surroundings = surroundings;
        if (value == null) {
            this.bytes = NOTHING;
            this.begin = 0;
            this.size = 0;
        } else if (value.hasArray()) {
            this.bytes = value.array();
            this.begin = value.arrayOffset() + value.position();
            this.size = value.remaining();
        } else {
            this.bytes = new byte[value.remaining()];
            this.begin = 0;
            this.size = bytes.length;
            value.duplicate().get(bytes);
        }
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
        this(value == null ? null : ByteBuffer.wrap(value), contentType, new Known(key, label, position));
    }

    /** What holds the value, {@link #size} bytes from {@link #begin} on. */
    byte[] bytes() {
        return bytes;
    }

    int begin() {
        return begin;
    }

    /** 0 for a tombstone. */
    int size() {
        return size;
    }

    /** A copy of the value. */
    byte[] value() {
        return Arrays.copyOfRange(bytes, begin, begin + size);
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
