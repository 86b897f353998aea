package dev.freshet.core.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a file that travels in several Kafka records: enough to put it together again and to believe it.
 *
 * @param bytes size of the file
 * @param sha256 of the whole file, hexadecimal
 * @param chunks SHA-256 of each chunk in order
 */
public record ChunkedFile(long bytes, String sha256, List<String> chunks) {
    /** Below the broker's default limit of 1 MiB a message, with room for the key and headers. */
    static final int CHUNK_BYTES = 896 * 1024;

    public ChunkedFile {
        chunks = List.copyOf(chunks);
    }

    /** A file and the records that carry it. */
    public record Cut(ChunkedFile file, List<SnapshotCodec.Part> parts) {}

    /** Cuts a file into records whose keys are {@code prefix} with 0, 1, … behind it. */
    public static Cut cut(String prefix, byte[] file) {
        List<SnapshotCodec.Part> parts = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        for (int begin = 0; begin < file.length; begin += CHUNK_BYTES) {
            byte[] chunk = Arrays.copyOfRange(file, begin, Math.min(file.length, begin + CHUNK_BYTES));
            parts.add(new SnapshotCodec.Part(prefix + hashes.size(), chunk));
            hashes.add(SnapshotCodec.sha256(chunk));
        }
        return new Cut(new ChunkedFile(file.length, SnapshotCodec.sha256(file), hashes), parts);
    }

    /**
     * The file again. Its own hash tells whether it is good; those of the chunks are looked at only to tell which is not.
     *
     * @param chunk the chunk of a number; null where it is not there
     * @throws IllegalArgumentException if a chunk is missing or something is not what it was
     */
    public byte[] join(IntFunction<byte @Nullable []> chunk) {
        List<byte[]> parts = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < chunks.size(); i++) {
            byte[] next = chunk.apply(i);
            if (next == null) {
                throw new IllegalArgumentException("chunk " + i + " of " + chunks.size() + " is missing");
            }
            parts.add(next);
            size += next.length;
        }
        if (size == bytes) {
            byte[] joined = new byte[Math.toIntExact(size)];
            int end = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, joined, end, part.length);
                end += part.length;
            }
            if (SnapshotCodec.sha256(joined).equals(sha256)) {
                return joined;
            }
        }
        for (int i = 0; i < parts.size(); i++) {
            require(
                    SnapshotCodec.sha256(parts.get(i)).equals(chunks.get(i)),
                    "chunk " + i + " does not have the SHA-256 that the manifest gives");
        }
        throw new IllegalArgumentException("the file does not have the size and SHA-256 that the manifest gives");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
