package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.ModelsTopic;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the topic {@code models} when a trainer starts.
 *
 * @param newest the newest version that is whole; null for none
 * @param highestVersion of all, damaged ones included, so that no version number is used twice; 0 for none
 */
record PublishedVersions(@Nullable Snapshot newest, long highestVersion) {
    private static final Logger log = LoggerFactory.getLogger(PublishedVersions.class);

    /** Reads the topic to its end as it is now. */
    static PublishedVersions read(KafkaSettings kafka, String model) {
        SnapshotAssembler assembler = new SnapshotAssembler(model);
        Reading reading = new Reading();
        ModelsTopic.readToEnd(kafka, "trainer-models", record -> assembler
                .accept(record.key(), record.value())
                .ifPresent(reading::take));
        return new PublishedVersions(reading.newest, reading.highest);
    }

    /** What has been read so far. */
    private static final class Reading {
        @Nullable
        Snapshot newest;

        long highest;

        void take(Assembled assembled) {
            highest = Math.max(highest, assembled.version());
            if (assembled instanceof Assembled.Complete complete
                    && (newest == null || complete.version() > newest.version())) {
                newest = complete.snapshot();
            } else if (assembled instanceof Assembled.Damaged damaged) {
                log.atWarn()
                        .addKeyValue("version", damaged.version())
                        .addKeyValue("reason", damaged.reason())
                        .log("passing over a damaged version");
            }
        }
    }
}
