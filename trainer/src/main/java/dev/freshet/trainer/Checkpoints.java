package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.StateTopic;
import dev.freshet.core.model.ChunkedFile;
import dev.freshet.core.model.SnapshotCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the topic {@code checkpoints} holds of one model. Belongs to the thread that reads the topic. */
final class Checkpoints {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    private final String model;
    private final Predicate<String> wanted;
    private final Map<String, byte[]> chunks = new HashMap<>();
    /** By version, the number of chunks: of each state in which a version was published. */
    private final Map<Long, Integer> versions = new HashMap<>();

    private byte @Nullable [] newest;

    private Checkpoints(String model, Predicate<String> wanted) {
        this.model = model;
        this.wanted = wanted;
    }

    /** Reads the topic to its end as it is now. {@link #newest} is the one that was written last and is whole. */
    static Checkpoints readAll(KafkaSettings kafka, String model) {
        return read(kafka, model, place -> true);
    }

    /** Reads the topic to its end as it is now. {@link #newest} is the state in which that version was published. */
    static Checkpoints readVersion(KafkaSettings kafka, String model, long version) {
        return read(kafka, model, Long.toString(version)::equals);
    }

    private static Checkpoints read(KafkaSettings kafka, String model, Predicate<String> wanted) {
        Checkpoints read = new Checkpoints(model, wanted);
        StateTopic.readToEnd(kafka, kafka.topics().checkpoints(), "trainer-checkpoints", read::accept);
        return read;
    }

    /** Nothing, with a warning, also where another release wrote it in a way that cannot be read. */
    Optional<Checkpoint> newest() {
        try {
            return Optional.ofNullable(newest).map(CheckpointCodec::decode);
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("model", model)
                    .addKeyValue("reason", e.getMessage())
                    .log("passing over a checkpoint");
            return Optional.empty();
        }
    }

    /** By version, in how many chunks the state is kept in which it was published. */
    Map<Long, Integer> versions() {
        return Map.copyOf(versions);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        String key = record.key();
        if (key == null || !key.startsWith(model + "/")) {
            return;
        }
        String[] steps = key.split("/", -1);
        if (steps.length != 3) {
            return;
        }
        if (!steps[2].equals(CheckpointCodec.MANIFEST)) {
            chunks.put(key, record.value());
        } else if (record.value() == null) {
            version(steps[1]).ifPresent(versions::remove);
        } else {
            assemble(steps[1], record);
        }
    }

    private void assemble(String place, ConsumerRecord<String, byte[]> manifest) {
        try {
            ChunkedFile file = SnapshotCodec.fromJson(manifest.value(), ChunkedFile.class);
            version(place)
                    .ifPresent(version -> versions.put(version, file.chunks().size()));
            if (wanted.test(place)) {
                newest = file.join(i -> chunks.get(model + "/" + place + "/" + i));
            }
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("key", manifest.key())
                    .addKeyValue("offset", manifest.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("passing over a damaged checkpoint");
        } finally {
            chunks.clear();
        }
    }

    private static Optional<Long> version(String place) {
        try {
            return Optional.of(Long.valueOf(place));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
