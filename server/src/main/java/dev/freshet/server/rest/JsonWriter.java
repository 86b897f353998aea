package dev.freshet.server.rest;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes JSON into an array that grows; what stands between values, the caller writes. Belongs to one thread. */
final class JsonWriter {
    private static final int FIRST_CAPACITY = 768;
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;

    /** Something for {@link #raw}. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** As it is. */
    JsonWriter raw(byte[] text) {
        return raw(text, 0, text.length);
    }

    private JsonWriter raw(byte[] text, int from, int length) {
        makeRoom(length);
        System.arraycopy(text, from, bytes, size, length);
        size += length;
        return this;
    }

    /** All of an array-backed buffer up to its limit, as it is. */
    JsonWriter raw(ByteBuffer bytes) {
        return raw(bytes.array(), bytes.arrayOffset(), bytes.limit());
    }

    /** As it is: one sign of ASCII. */
    JsonWriter raw(char sign) {
        makeRoom(1);
        bytes[size] = (byte) sign;
        size++;
        return this;
    }

    /** In quotation marks, and escaped. */
    JsonWriter string(String text) {
        return string(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** @param text in UTF-8, all of an array-backed buffer up to its limit */
    JsonWriter string(ByteBuffer text) {
        byte[] letters = text.array();
        int written = text.arrayOffset();
        int end = written + text.limit();
        raw('"');
        for (int i = written; i < end; i++) {
            byte letter = letters[i];
            if (letter == '"' || letter == '\\' || (letter >= 0 && letter < ' ')) {
                raw(letters, written, i - written).escape(letter);
                written = i + 1;
            }
        }
        return raw(letters, written, end - written).raw('"');
    }

    private void escape(byte letter) {
        raw('\\');
        if (letter >= ' ') {
            raw((char) letter);
        } else {
            raw('u').raw('0').raw('0').raw((char) HEX[letter >> 4]).raw((char) HEX[letter & 0xf]);
        }
    }

    JsonWriter number(long value) {
        makeRoom(LONGEST_NUMBER);
        size = NumberOutput.outputLong(value, bytes, size);
        return this;
    }

    /** In as few digits as tell it from all other floats. */
    JsonWriter number(float value) {
        String text = NumberOutput.toString(value, true);
        makeRoom(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size + i] = (byte) text.charAt(i);
        }
        size += text.length();
        return this;
    }

    private void makeRoom(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    /** Bytes written. */
    int size() {
        return size;
    }

    /** Holds what was written, from the beginning up to {@link #size}; in use until the next call. */
    byte[] bytes() {
        return bytes;
    }
}
