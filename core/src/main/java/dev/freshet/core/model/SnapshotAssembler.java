package dev.freshet.core.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of the topic {@code models} together again, and believes none of them before its hash was checked.
 *
 * <p>Records must come in the topic's order. Belongs to the thread that reads the topic.
 */
public final class SnapshotAssembler {
    private final String model;
    private final Map<String, byte[]> chunks = new HashMap<>();

    /** @param model the model to follow; records of others are passed over */
    public SnapshotAssembler(String model) {
        this.model = model;
    }

    /** What the manifest of a version led to. */
    public sealed interface Assembled {
        /** The version the record's key names. */
        long version();

        /** Whole, verified, and of the shape that its spec asks for. */
        final class Complete implements Assembled {
            private final Snapshot snapshot;
            private final byte[] file;

            private Complete(Snapshot snapshot, byte[] file) {
                this.snapshot = snapshot;
                this.file = file;
            }

            @Override
            public long version() {
                return snapshot.version();
            }

            public Snapshot snapshot() {
                return snapshot;
            }

            /** The safetensors file as it was published; shared, never to be written to. */
            public byte[] file() {
                return file;
            }
        }

        /** Not to be served; {@code reason} says what was wrong. */
        record Damaged(long version, String reason) implements Assembled {}
    }

    /**
     * Takes the next record.
     *
     * @param key {@code name/version/part}
     * @param value null for a record that was deleted
     * @return a version when the record was its manifest, or else nothing
     */
    public Optional<Assembled> accept(@Nullable String key, byte @Nullable [] value) {
        if (key == null || !key.startsWith(model + "/")) {
            return Optional.empty();
        }
        String[] steps = key.substring(model.length() + 1).split("/", -1);
        long version = steps.length == 2 ? versionOf(steps[0]) : -1;
        if (version < 1) {
            return Optional.empty();
        }
        if (value == null) {
            chunks.remove(key);
            return Optional.empty();
        }
        if (!steps[1].equals(SnapshotCodec.MANIFEST)) {
            chunks.put(key, value);
            return Optional.empty();
        }
        try {
            return Optional.of(assemble(version, value));
        } catch (IllegalArgumentException e) {
            return Optional.of(new Assembled.Damaged(version, String.valueOf(e.getMessage())));
        } finally {
            // Also drops what an aborted or forgotten older version left behind.
            chunks.keySet().removeIf(chunk -> versionOf(chunk.split("/", -1)[1]) <= version);
        }
    }

    /**
     * The version that a record takes away from readers, if it does: {@link #accept} says nothing of that, since a version
     * that was put together before stays what it is.
     *
     * @param key {@code name/version/part}
     * @param value null for a record that deletes
     */
    public OptionalLong removedBy(@Nullable String key, byte @Nullable [] value) {
        if (value != null || key == null || !key.startsWith(model + "/")) {
            return OptionalLong.empty();
        }
        String[] steps = key.substring(model.length() + 1).split("/", -1);
        long version = steps.length == 2 && steps[1].equals(SnapshotCodec.MANIFEST) ? versionOf(steps[0]) : -1;
        return version < 1 ? OptionalLong.empty() : OptionalLong.of(version);
    }

    private Assembled.Complete assemble(long version, byte[] value) {
        Manifest manifest = SnapshotCodec.fromJson(value, Manifest.class);
        require(
                manifest.model().equals(model) && manifest.version() == version,
                "the manifest is of " + manifest.model() + " version " + manifest.version());
        byte[] bytes = new ChunkedFile(manifest.bytes(), manifest.sha256(), manifest.chunks())
                .join(i -> chunks.get(model + "/" + version + "/" + i));
        Weights weights = Safetensors.decode(bytes).fitTo(manifest.spec());
        return new Assembled.Complete(new Snapshot(manifest, weights), bytes);
    }

    private static long versionOf(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
