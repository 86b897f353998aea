package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.core.model.Weights;
import java.util.Optional;

/**
 * What the newest checkpoint of a model says, for who looks from outside.
 *
 * @param version the newest published version; 0 for none
 * @param position behind the last record that was dealt with
 * @param taken in which order records were taken since that version
 * @param examples trained examples in the whole lineage, each counted once
 * @param steps optimizer steps in the whole lineage
 */
public record Learned(long version, Offsets position, TakingOrder taken, long examples, long steps, Weights weights) {
    /** Reads the topic of checkpoints to its end as it is now; nothing where there is none. */
    public static Optional<Learned> read(KafkaSettings kafka, String model) {
        return Checkpoints.readAll(kafka, model)
                .newest()
                .map(checkpoint -> new Learned(
                        checkpoint.version(),
                        checkpoint.position(),
                        checkpoint.taken(),
                        checkpoint.examples(),
                        checkpoint.steps(),
                        checkpoint.network().weights()));
    }

    /** SHA-256 of the weights as a safetensors file, hexadecimal. */
    public String sha256() {
        return SnapshotCodec.sha256(Safetensors.encode(weights));
    }
}
