package dev.freshet.server.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tensor holds, row-major, however it travelled. Buffers hold nothing else, from index 0 to their limit, and are
 * read by index alone, so that any thread may.
 */
public sealed interface TensorData {
    /** Of FP32. */
    record Floats(FloatBuffer values) implements TensorData {
        @Override
        public int count() {
            return values.limit();
        }

        @Override
        public ByteBuffer raw() {
            ByteBuffer bytes = littleEndian(count() * Float.BYTES);
            bytes.asFloatBuffer().put(values.duplicate().rewind());
            return bytes;
        }
    }

    /** Of UINT8. */
    record Bytes(ByteBuffer values) implements TensorData {
        @Override
        public int count() {
            return values.limit();
        }

        @Override
        public ByteBuffer raw() {
            return values.duplicate().rewind();
        }
    }

    /** Of INT64. */
    record Longs(LongBuffer values) implements TensorData {
        @Override
        public int count() {
            return values.limit();
        }

        @Override
        public ByteBuffer raw() {
            ByteBuffer bytes = littleEndian(count() * Long.BYTES);
            bytes.asLongBuffer().put(values.duplicate().rewind());
            return bytes;
        }
    }

    /** Of BYTES: texts or files. */
    record Strings(List<ByteBuffer> elements) implements TensorData {
        @Override
        public int count() {
            return elements.size();
        }

        @Override
        public ByteBuffer raw() {
            int size = 0;
            for (ByteBuffer element : elements) {
                size += Integer.BYTES + element.limit();
            }
            ByteBuffer bytes = littleEndian(size);
            for (ByteBuffer element : elements) {
                bytes.putInt(element.limit()).put(element.duplicate().rewind());
            }
            return bytes.rewind();
        }
    }

    /** Elements. */
    int count();

    /** As the protocol's raw and binary forms have it: little-endian, without gaps, each of BYTES behind its length. */
    ByteBuffer raw();

    /**
     * Reads the raw form.
     *
     * @param bytes from position to limit; stays in use
     * @throws RefusedException if they are no whole number of elements
     */
    static TensorData ofRaw(Datatype datatype, ByteBuffer bytes) throws RefusedException {
        ByteBuffer own = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        return switch (datatype) {
            case UINT8 -> new Bytes(own);
            case FP32 -> {
                requireWhole(own, Float.BYTES, datatype);
                yield new Floats(own.asFloatBuffer());
            }
            case INT64 -> {
                requireWhole(own, Long.BYTES, datatype);
                yield new Longs(own.asLongBuffer());
            }
            case BYTES -> new Strings(strings(own));
        };
    }

    private static void requireWhole(ByteBuffer bytes, int width, Datatype datatype) throws RefusedException {
        if (bytes.limit() % width != 0) {
            throw RefusedException.invalid(
                    "the input holds " + bytes.limit() + " bytes, which is no whole number of " + datatype + " values");
        }
    }

    private static List<ByteBuffer> strings(ByteBuffer bytes) throws RefusedException {
        List<ByteBuffer> strings = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw RefusedException.invalid("the input ends within element " + strings.size()
                        + ": BYTES elements have their length before them in 4 bytes, little-endian");
            }
            strings.add(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
        }
        return strings;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
