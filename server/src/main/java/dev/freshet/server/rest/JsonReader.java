package dev.freshet.server.rest;

import static dev.freshet.server.api.RefusedException.invalid;

import com.fasterxml.jackson.core.io.NumberInput;
import dev.freshet.server.api.RefusedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259, in UTF-8) from front to back, as its caller asks for it, and refuses what is none. Nothing is
 * kept of it, and a picture's numbers are read in one loop: reading them token by token takes longer than scoring them.
 *
 * <p>Belongs to one thread.
 */
final class JsonReader {
    private static final int DEEPEST = 500;
    private static final int MOST_NAMES = 100;
    private static final int LONGEST_NUMBER = 1000;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** {@code 0, 0, 0,} and {@code 0,0,0,0,} as they are read at once. */
    private static final long ZEROS_APART = 0x2c30_202c_3020_2c30L;

    private static final long ZEROS = 0x2c30_2c30_2c30_2c30L;

    /** Both sides of a division are exact as doubles up to here. */
    private static final long LARGEST_EXACT = 1L << 53;

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** The bits by which a double is finer than a float, and their value halfway between two floats. */
    private static final long FINER = (1L << 29) - 1;

    private static final long HALFWAY = 1L << 28;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** What is open, from the outside in; of an object, how many names there were before its own, of an array -1. */
    private int[] open = new int[8];

    private int depth;
    /** Whether nothing of the innermost has been read yet. */
    private boolean atFirst;

    private final List<String> names = new ArrayList<>();

    /** What a value is, by its first byte. */
    enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param bytes of which the first {@code end} are the text; not written to */
    JsonReader(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /** Of the value that comes next. */
    Kind kind() throws RefusedException {
        return switch (peek()) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't' -> Kind.TRUE;
            case 'f' -> Kind.FALSE;
            case 'n' -> Kind.NULL;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Kind.NUMBER;
            default -> throw unexpected();
        };
    }

    /** Steps into an object. */
    void beginObject() throws RefusedException {
        take('{');
        push(names.size());
    }

    /**
     * The name of the next value of the object, which is to be read then.
     *
     * @return null at the object's end, behind which the reader is then
     */
    @Nullable
    String nextName() throws RefusedException {
        if (ends('}')) {
            return null;
        }
        String name = string();
        int first = open[depth - 1];
        for (int i = first; i < names.size(); i++) {
            if (name.equals(names.get(i))) {
                throw malformed("the name \"" + name + "\" comes twice in one object");
            }
        }
        if (names.size() - first == MOST_NAMES) {
            throw invalid("an object of the request has more than " + MOST_NAMES + " names");
        }
        names.add(name);
        take(':');
        return name;
    }

    /** Steps into an array. */
    void beginArray() throws RefusedException {
        take('[');
        push(-1);
    }

    /**
     * Goes to the next element of the array, which is to be read then.
     *
     * @return false at the array's end, behind which the reader is then
     */
    boolean nextElement() throws RefusedException {
        return !ends(']');
    }

    /**
     * Reads elements of the array while they are whole numbers from 0 to 255, written in digits alone; close to the text's
     * end it may stop before.
     *
     * @param into written to
     * @param count elements that it holds already
     * @return those that it holds now; there is no more room, or something else may come next
     */
    int bytes(byte[] into, int count) {
        int p = behindSpace(at);
        if (!atFirst) {
            if (p == end || bytes[p] != ',') {
                return count;
            }
            p = behindSpace(p + 1);
        }
        int read = count;
        while (read < into.length && p + Long.BYTES <= end) {
            long eight = (long) LONG.get(bytes, p);
            // Most of a drawing is background, and comes in runs.
            int zeros = eight == ZEROS_APART ? 3 : eight == ZEROS ? 4 : 0;
            if (zeros > 0 && read + zeros <= into.length) {
                Arrays.fill(into, read, read + zeros, (byte) 0);
                read += zeros;
                at = p + Long.BYTES - 1;
                atFirst = false;
                p = at + 1 < end && bytes[at + 1] == ' ' ? at + 2 : at + 1;
                continue;
            }
            // Without a branch on the number of digits, which nobody can predict: digits become 0 to 9, and of the
            // other bytes, the first one's highest bit is set.
            int four = (int) eight ^ 0x30303030;
            int others = (four | (four + 0x76767676)) & 0x80808080;
            int digits = Integer.numberOfTrailingZeros(others) >> 3;
            int aligned = four << (Integer.SIZE - 8 * digits);
            int value = (aligned >>> 24) + 10 * (aligned >>> 16 & 0xff) + 100 * (aligned >>> 8 & 0xff);
            byte next = (byte) (eight >>> (8 * digits));
            boolean beginsWithZero = digits > 1 && (four & 0xff) == 0;
            if (digits == 0 || digits == 4 || value > 255 || beginsWithZero || isPartOfNumber(next)) {
                break;
            }
            into[read] = (byte) value;
            read++;
            at = p + digits;
            atFirst = false;
            if (next != ',') {
                break;
            }
            // More space than this is for the slower way to pass.
            p = bytes[at + 1] == ' ' ? at + 2 : at + 1;
        }
        return read;
    }

    private static boolean isPartOfNumber(byte letter) {
        return letter == '.' || letter == 'e' || letter == 'E';
    }

    /** Reads a number, rounded to the nearest float, beyond which it is infinite. */
    float number() throws RefusedException {
        skipSpace();
        int begin = at;
        boolean negative = at < end && bytes[at] == '-';
        if (negative) {
            at++;
        }
        // The digits without the point, and how far that stands from their end.
        long digits = integerDigits();
        int exponent = 0;
        if (at < end && bytes[at] == '.') {
            at++;
            int point = at;
            digits = digits(digits);
            exponent = point - at;
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            exponent += exponent();
        }
        if (at - begin > LONGEST_NUMBER) {
            throw malformed("a number has more than " + LONGEST_NUMBER + " characters");
        }
        if (digits < LARGEST_EXACT && Math.abs(exponent) < POWERS.length) {
            // W. D. Clinger, How to read floating point numbers accurately, 1990: one operation on exact numbers,
            // rounded once.
            double exact = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
            float nearest = (float) exact;
            // Rounding a second time is safe unless the first time came to rest between two floats.
            boolean isNormal = nearest == 0 ? digits == 0 : nearest >= Float.MIN_NORMAL;
            if (isNormal && (Double.doubleToRawLongBits(exact) & FINER) != HALFWAY) {
                return negative ? -nearest : nearest;
            }
        }
        return NumberInput.parseFloat(new String(bytes, begin, at - begin, StandardCharsets.ISO_8859_1), true);
    }

    /** The digits before the point; as {@link #digits}. */
    private long integerDigits() throws RefusedException {
        if (at < end && bytes[at] == '0') {
            at++;
            if (at < end && isDigit(bytes[at])) {
                throw malformed("a number begins with 0");
            }
            return 0;
        }
        return digits(0);
    }

    /**
     * Reads digits, at least one.
     *
     * @param before those in front of them
     * @return both as one number, or some larger one than {@link #LARGEST_EXACT} where that is
     */
    private long digits(long before) throws RefusedException {
        if (at == end || !isDigit(bytes[at])) {
            throw unexpected();
        }
        long value = before;
        while (at < end && isDigit(bytes[at])) {
            value = value >= LARGEST_EXACT ? LARGEST_EXACT : 10 * value + bytes[at] - '0';
            at++;
        }
        return value;
    }

    private int exponent() throws RefusedException {
        boolean negative = at < end && bytes[at] == '-';
        if (negative || (at < end && bytes[at] == '+')) {
            at++;
        }
        int value = (int) Math.min(digits(0), 1 << 20);
        return negative ? -value : value;
    }

    /**
     * Reads a whole number, without point and exponent.
     *
     * @param name of the value, for the message
     */
    long wholeNumber(String name) throws RefusedException {
        if (kind() == Kind.NUMBER) {
            int begin = at;
            if (bytes[at] == '-') {
                at++;
            }
            integerDigits();
            if (at == end || !isPartOfNumber(bytes[at])) {
                try {
                    return Long.parseLong(new String(bytes, begin, at - begin, StandardCharsets.ISO_8859_1));
                } catch (NumberFormatException e) {
                    // Falls through: one that no long can hold is none of ours.
                }
            }
        }
        throw invalid("\"" + name + "\" is not a whole number");
    }

    /** Reads a string. */
    String string() throws RefusedException {
        take('"');
        int begin = at;
        while (at < end) {
            byte letter = bytes[at];
            if (letter == '"') {
                at++;
                return new String(bytes, begin, at - 1 - begin, StandardCharsets.ISO_8859_1);
            }
            if (letter == '\\' || letter < ' ') {
                at = begin;
                return unescaped();
            }
            at++;
        }
        throw ended();
    }

    /** Reads the rest of a string that has escapes, or letters of more than one byte. */
    private String unescaped() throws RefusedException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int begin = at;
            while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
                if (bytes[at] >= 0 && bytes[at] < ' ') {
                    throw unexpected();
                }
                at++;
            }
            if (at == end) {
                throw ended();
            }
            try {
                text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, begin, at - begin)));
            } catch (CharacterCodingException e) {
                throw malformed("a string is not in UTF-8");
            }
            at++;
            if (bytes[at - 1] == '"') {
                return text.toString();
            }
            text.append(escaped());
        }
    }

    private char escaped() throws RefusedException {
        if (at == end) {
            throw ended();
        }
        at++;
        return switch (bytes[at - 1]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> codeUnit();
            default -> {
                at--;
                throw unexpected();
            }
        };
    }

    private char codeUnit() throws RefusedException {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            if (at == end) {
                throw ended();
            }
            int digit = bytes[at] < 0 ? -1 : Character.digit(bytes[at], 16);
            if (digit < 0) {
                throw unexpected();
            }
            unit = 16 * unit + digit;
            at++;
        }
        return (char) unit;
    }

    /** Reads {@code true}, {@code false} or {@code null}; which of them, {@link #kind} has told. */
    void literal(Kind kind) throws RefusedException {
        for (byte letter : kind.toString().getBytes(StandardCharsets.US_ASCII)) {
            takeHere(letter);
        }
    }

    /** Passes over a value. */
    void skip() throws RefusedException {
        int outside = depth;
        do {
            if (depth > outside && !goesOn()) {
                continue;
            }
            Kind kind = kind();
            switch (kind) {
                case OBJECT -> beginObject();
                case ARRAY -> beginArray();
                case STRING -> string();
                case NUMBER -> number();
                default -> literal(kind);
            }
        } while (depth > outside);
    }

    /** Goes to the next value of the innermost; names that nobody is told may be as many as they like. */
    private boolean goesOn() throws RefusedException {
        if (open[depth - 1] < 0) {
            return nextElement();
        }
        if (ends('}')) {
            return false;
        }
        String unused = string();
        take(':');
        return true;
    }

    /** Whether there is nothing but space left. */
    boolean isAtEnd() {
        skipSpace();
        return at == end;
    }

    /** Whether the innermost ends here, in which case it is left; or else what stands before the next value is passed. */
    private boolean ends(char closing) throws RefusedException {
        byte next = peek();
        if (next == closing) {
            at++;
            depth--;
            if (open[depth] >= 0) {
                names.subList(open[depth], names.size()).clear();
            }
            atFirst = false;
            return true;
        }
        if (!atFirst) {
            take(',');
        }
        atFirst = false;
        return false;
    }

    private void push(int begin) throws RefusedException {
        if (depth == DEEPEST) {
            throw malformed("more than " + DEEPEST + " arrays and objects are within each other");
        }
        if (depth == open.length) {
            open = Arrays.copyOf(open, 2 * depth);
        }
        open[depth] = begin;
        depth++;
        atFirst = true;
    }

    private byte peek() throws RefusedException {
        skipSpace();
        if (at == end) {
            throw ended();
        }
        return bytes[at];
    }

    /** Passes a sign, and space before it. */
    private void take(char sign) throws RefusedException {
        skipSpace();
        takeHere((byte) sign);
    }

    private void takeHere(byte letter) throws RefusedException {
        if (at == end) {
            throw ended();
        }
        if (bytes[at] != letter) {
            throw unexpected();
        }
        at++;
    }

    private void skipSpace() {
        at = behindSpace(at);
    }

    private int behindSpace(int from) {
        int p = from;
        while (p < end && (bytes[p] == ' ' || bytes[p] == '\n' || bytes[p] == '\r' || bytes[p] == '\t')) {
            p++;
        }
        return p;
    }

    private static boolean isDigit(byte letter) {
        return letter >= '0' && letter <= '9';
    }

    private RefusedException unexpected() {
        if (at >= end) {
            return ended();
        }
        int letter = bytes[at] & 0xff;
        return malformed("Unexpected "
                + (letter > ' ' && letter < 0x7f ? "'" + (char) letter + "'" : "byte 0x" + Integer.toHexString(letter))
                + " at byte " + at);
    }

    private static RefusedException ended() {
        return malformed("Unexpected end-of-input");
    }

    private static RefusedException malformed(String reason) {
        return invalid("the request is not valid JSON: " + reason);
    }
}
