package dev.freshet.core.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.freshet.core.evaluation.Evaluation;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version as the records of the topic {@code models}: chunks of a safetensors file, then the manifest in JSON.
 *
 * <p>Keys are {@code name/version/0}, {@code name/version/1}, …, {@code name/version/manifest}. Stateless.
 */
public final class SnapshotCodec {
    /** What the key of the record ends with that makes a version visible; those of its chunks end with 0, 1, …. */
    public static final String MANIFEST = "manifest";

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A newer trainer may say more than this reader knows.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private SnapshotCodec() {}

    /** One record of a version. */
    public static final class Part {
        private final String key;
        private final byte[] value;

        Part(String key, byte[] value) {
            this.key = key;
            this.value = value;
        }

        public String key() {
            return key;
        }

        /** Shared, never to be written to. */
        public byte[] value() {
            return value;
        }
    }

    /**
     * What the trainer knows of a version before its weights have been encoded.
     *
     * @param epoch null in a stream
     * @param champion null for the first version
     * @param taken null in epochs, which have an order of their own
     */
    public record Draft(
            String model,
            long version,
            long parentVersion,
            ModelSpec spec,
            Offsets learnedFrom,
            Offsets learnedTo,
            long examples,
            long steps,
            @Nullable Integer epoch,
            Evaluation candidate,
            @Nullable Evaluation champion,
            String engine,
            String device,
            Instant createdAt,
            @Nullable TakingOrder taken) {}

    /** A version that is ready to be sent: the snapshot and its records, the manifest last. */
    public record Encoded(Snapshot snapshot, List<Part> parts) {}

    /** Encodes a version. */
    public static Encoded encode(Draft draft, Weights weights) {
        String prefix = draft.model() + "/" + draft.version() + "/";
        ChunkedFile.Cut cut = ChunkedFile.cut(prefix, Safetensors.encode(weights));
        Manifest manifest = new Manifest(
                draft.model(),
                draft.version(),
                draft.parentVersion(),
                draft.spec(),
                draft.learnedFrom(),
                draft.learnedTo(),
                draft.examples(),
                draft.steps(),
                draft.epoch(),
                draft.candidate(),
                draft.champion(),
                draft.engine(),
                draft.device(),
                draft.createdAt(),
                draft.taken(),
                cut.file().bytes(),
                cut.file().sha256(),
                cut.file().chunks());
        List<Part> parts = new ArrayList<>(cut.parts());
        parts.add(new Part(prefix + MANIFEST, toJson(manifest)));
        return new Encoded(new Snapshot(manifest, weights), parts);
    }

    /** The value in JSON, as the topics {@code models} and {@code decisions} carry it. */
    public static byte[] toJson(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot write " + value, e);
        }
    }

    /**
     * Reads JSON as {@link #toJson} writes it.
     *
     * @throws IllegalArgumentException if it is not that, or breaks a rule of the type
     */
    public static <T> T fromJson(byte[] json, Class<T> type) {
        try {
            T value = JSON.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException("not a readable " + type.getSimpleName() + ": null");
            }
            return value;
        } catch (IOException e) {
            throw new IllegalArgumentException("not a readable " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** SHA-256, hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
