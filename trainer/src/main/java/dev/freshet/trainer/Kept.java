package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.kafka.KafkaSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The examples that a checkpoint names by their places, read from the topic once more. Immutable. */
final class Kept {
    private static final Kept NOTHING = new Kept(Map.of());

    private final Map<Place, Taken> byPlace;

    private Kept(Map<Place, Taken> byPlace) {
        this.byPlace = byPlace;
    }

    /**
     * All that a run needs to go on from a checkpoint; blocks until they have come. Fills in the memory.
     *
     * @param checkpoint null for none
     * @param memory as the checkpoint has it; null for none
     */
    static Kept of(
            KafkaSettings kafka, Decoding decoding, @Nullable Checkpoint checkpoint, @Nullable ReplayMemory memory) {
        Set<Place> places = new LinkedHashSet<>();
        if (checkpoint != null) {
            places.addAll(checkpoint.holdOut());
            places.addAll(checkpoint.unfinished());
        }
        if (memory != null) {
            places.addAll(memory.places());
        }
        Kept kept = read(kafka, decoding, places);
        if (memory != null) {
            memory.fill(kept);
        }
        return kept;
    }

    private static Kept read(KafkaSettings kafka, Decoding decoding, Collection<Place> places) {
        if (places.isEmpty()) {
            return NOTHING;
        }
        Map<Place, Taken> taken = new HashMap<>();
        try (Rereading topic = Rereading.open(kafka)) {
            Map<Place, ConsumerRecord<byte[], byte[]>> records = topic.read(places);
            records.forEach((place, record) -> taken.put(place, decoding.decode(record)));
        }
        return new Kept(taken);
    }

    /** Nothing where retention has removed the record. */
    Optional<Taken> at(Place place) {
        return Optional.ofNullable(byPlace.get(place));
    }

    /** The example of the record at a place. */
    Optional<Example> exampleAt(Place place) {
        return at(place).map(Taken::decoded).filter(Valid.class::isInstance).map(valid -> ((Valid) valid).example());
    }
}
