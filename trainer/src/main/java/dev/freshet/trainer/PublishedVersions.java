package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.ModelsTopic;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the topic {@code models} when a trainer starts.
 *
 * @param newest the newest version that is whole; null for none
 * @param highestVersion of all, damaged and removed ones included, so that no version number is used twice; 0 for none
 * @param chunks by version, in how many chunks its weights are there; damaged ones included, removed ones not
 */
record PublishedVersions(@Nullable Snapshot newest, long highestVersion, Map<Long, Integer> chunks) {
    private static final Logger log = LoggerFactory.getLogger(PublishedVersions.class);

    PublishedVersions {
        chunks = Map.copyOf(chunks);
    }

    /** Reads the topic to its end as it is now. */
    static PublishedVersions read(KafkaSettings kafka, String model) {
        Reading reading = new Reading(model);
        ModelsTopic.readToEnd(kafka, "trainer-models", record -> reading.take(record.key(), record.value()));
        return new PublishedVersions(reading.newest, reading.highest, reading.chunks);
    }

    /** What has been read so far. */
    private static final class Reading {
        private final SnapshotAssembler assembler;

        final Map<Long, Integer> chunks = new HashMap<>();

        @Nullable
        Snapshot newest;

        long highest;

        Reading(String model) {
            assembler = new SnapshotAssembler(model);
        }

        void take(@Nullable String key, byte @Nullable [] value) {
            assembler.removedBy(key, value).ifPresent(version -> {
                highest = Math.max(highest, version);
                chunks.remove(version);
            });
            assembler.accept(key, value).ifPresent(this::take);
        }

        private void take(Assembled assembled) {
            highest = Math.max(highest, assembled.version());
            if (assembled instanceof Assembled.Complete complete) {
                Snapshot snapshot = complete.snapshot();
                chunks.put(complete.version(), snapshot.manifest().chunks().size());
                if (newest == null || complete.version() > newest.version()) {
                    newest = snapshot;
                }
            } else if (assembled instanceof Assembled.Damaged damaged) {
                // Of how many chunks is not known; those that stay are nothing without their manifest.
                chunks.put(damaged.version(), 0);
                log.atWarn()
                        .addKeyValue("version", damaged.version())
                        .addKeyValue("reason", damaged.reason())
                        .log("passing over a damaged version");
            }
        }
    }
}
