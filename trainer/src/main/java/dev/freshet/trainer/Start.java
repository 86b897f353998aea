package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.TakingOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a trainer goes on from: a checkpoint; or where there is none, the newest version, whose optimizer is forgotten; or
 * nothing.
 *
 * @param checkpoint made when {@code newest} was the newest version; null for none
 * @param newest the newest version that is whole; null for none
 * @param highestVersion of all, damaged ones included, so that no version number is used twice; 0 for none
 * @param published by version, in how many chunks its weights are in the topic {@code models}
 * @param states by version, in how many chunks the state is kept in which it was published
 */
record Start(
        @Nullable Checkpoint checkpoint,
        @Nullable Snapshot newest,
        long highestVersion,
        Map<Long, Integer> published,
        Map<Long, Integer> states) {
    /** With nothing. */
    static final Start ANEW = new Start(null, null, 0, Map.of(), Map.of());

    private static final Logger log = LoggerFactory.getLogger(Start.class);

    /** Reads the topics of versions and of checkpoints to their ends as they are now. */
    static Start find(KafkaSettings kafka, String model) {
        PublishedVersions published = PublishedVersions.read(kafka, model);
        Checkpoints checkpoints = Checkpoints.readAll(kafka, model);
        Snapshot newest = published.newest();
        long version = newest == null ? 0 : newest.version();
        Checkpoint checkpoint = checkpoints.newest().orElse(null);
        if (checkpoint != null && checkpoint.version() != version) {
            log.atWarn()
                    .addKeyValue("checkpoint", checkpoint.version())
                    .addKeyValue("newest", version)
                    .log("the checkpoint does not belong to the newest version, which is gone on from instead");
            checkpoint = null;
        }
        return new Start(checkpoint, newest, published.highestVersion(), published.chunks(), checkpoints.versions());
    }

    /** The same, from another checkpoint. */
    Start at(Checkpoint other) {
        return new Start(other, newest, highestVersion, published, states);
    }

    /** @throws IllegalArgumentException if it was made with another spec */
    void requireSpec(String model, ModelSpec spec) {
        if (newest != null) {
            requireSame("version " + newest.version() + " of model \"" + model + '"', newest.spec(), spec);
        }
        if (checkpoint != null) {
            requireSame("the checkpoint of model \"" + model + '"', checkpoint.spec(), spec);
        }
    }

    private static void requireSame(String what, ModelSpec before, ModelSpec now) {
        if (!before.equals(now)) {
            throw new IllegalArgumentException(what + " was made with another spec (" + before.summary() + " for "
                    + before.input() + ", the configuration says " + now.summary() + " for " + now.input()
                    + "): set model.name to a new name, or model to the old spec");
        }
    }

    /** Where to read on in a topic of this name. */
    Offsets position(String topic) {
        Offsets position = Offsets.none(topic);
        if (checkpoint != null) {
            position = checkpoint.position();
        } else if (newest != null) {
            position = newest.manifest().learnedTo();
        }
        return position.topic().equals(topic) ? position : Offsets.none(topic);
    }

    /** Since the newest version. */
    TakingOrder taken() {
        return checkpoint == null ? TakingOrder.NONE : checkpoint.taken();
    }

    /** Where the newest version has learned up to. */
    Offsets learnedTo(String topic) {
        return newest == null ? Offsets.none(topic) : newest.manifest().learnedTo();
    }

    /** How many epochs over the records before a position are complete; null for none. */
    @Nullable
    Integer epochOf(Offsets position) {
        if (checkpoint != null) {
            return checkpoint.position().equals(position) ? checkpoint.epoch() : null;
        }
        return newest != null && newest.manifest().learnedTo().equals(position)
                ? newest.manifest().epoch()
                : null;
    }

    /** What a part of the trainer remembered under a name; null for nothing. */
    long @Nullable [] memory(String name) {
        Map<String, long[]> memories = checkpoint == null ? Map.of() : checkpoint.memories();
        return memories.get(name);
    }
}
