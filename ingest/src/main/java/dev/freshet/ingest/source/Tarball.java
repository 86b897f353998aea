package dev.freshet.ingest.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the regular files of a gzipped tar archive in the order in which it holds them (POSIX.1-1988, "ustar"): blocks
 * of 512 bytes, a header before each file. Entries of other types are passed over. Every error names the archive.
 */
final class Tarball {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int TYPE_AT = 156;

    private Tarball() {}

    /** Takes one file of the archive. */
    interface Visitor {
        /**
         * @param name with its folders, as the archive has it
         * @param content ends where the file does; need not be read to its end
         */
        void visit(String name, InputStream content) throws IOException;
    }

    static void read(Path file, Visitor visitor) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16)) {
            byte[] header = new byte[BLOCK];
            while (true) {
                if (in.readNBytes(header, 0, BLOCK) < BLOCK) {
                    throw new EOFException("no end marker");
                }
                if (isZero(header)) {
                    return;
                }
                requireChecksum(file, header);
                long size = octal(file, header, SIZE_AT, SIZE_LENGTH);
                char type = (char) header[TYPE_AT];
                Content content = new Content(in, size);
                if (type == '0' || type == '\0') {
                    visitor.visit(text(header, 0, NAME_LENGTH), content);
                }
                content.skipToEnd();
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
        } catch (EOFException e) {
            throw new IOException(file + " is cut off: it ends before the archive in it does", e);
        } catch (ZipException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte value : block) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, with its own field taken as spaces. */
    private static void requireChecksum(Path file, byte[] header) throws IOException {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            sum += own ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum != octal(file, header, CHECKSUM_AT, CHECKSUM_LENGTH)) {
            throw new IOException(file + " is damaged: no tar header where one must be");
        }
    }

    private static long octal(Path file, byte[] header, int at, int length) throws IOException {
        String digits = text(header, at, length).strip();
        if (!digits.matches("[0-7]{1,12}")) {
            throw new IOException(file + " is damaged: no tar header where one must be");
        }
        return Long.parseLong(digits, 8);
    }

    /** Up to the first zero. */
    private static String text(byte[] header, int at, int length) {
        int end = at;
        while (end < at + length && header[end] != 0) {
            end++;
        }
        return new String(header, at, end - at, StandardCharsets.UTF_8);
    }

    /** One file: ends where its header says, and an archive that ends earlier is an error. */
    private static final class Content extends FilterInputStream {
        private long left;

        Content(InputStream archive, long size) {
            super(archive);
            left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && length > 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("inside a file");
            }
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        void skipToEnd() throws IOException {
            in.skipNBytes(left);
            left = 0;
        }
    }
}
