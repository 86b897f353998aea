package dev.freshet.trainer;

import dev.freshet.core.data.Decoded.Valid;
import dev.freshet.core.data.Example;
import dev.freshet.core.kafka.KafkaSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The examples that a checkpoint names by their places, read from the topic once more. Immutable. */
final class Kept {
    /** Where nothing has to be read again. */
    static final Kept NOTHING = new Kept(Map.of());

    private final Map<Place, Taken> byPlace;

    private Kept(Map<Place, Taken> byPlace) {
        this.byPlace = byPlace;
    }

    /** Blocks until they have come. */
    static Kept read(KafkaSettings kafka, Decoding decoding, @Nullable Checkpoint checkpoint) {
        if (checkpoint == null) {
            return NOTHING;
        }
        List<Place> places = new ArrayList<>(checkpoint.holdOut());
        places.addAll(checkpoint.unfinished());
        places.addAll(checkpoint.replay());
        if (places.isEmpty()) {
            return NOTHING;
        }
        Map<Place, Taken> taken = new HashMap<>();
        try (Rereading topic = Rereading.open(kafka)) {
            Map<Place, ConsumerRecord<byte[], byte[]>> records = topic.read(Set.copyOf(places));
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
