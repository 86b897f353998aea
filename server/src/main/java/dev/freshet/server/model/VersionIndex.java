package dev.freshet.server.model;

import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Serving;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * All that the follower has come by: every version, what is known of it and where it stands in the topic, without weights;
 * and what people have decided about them.
 *
 * <p>The follower's thread takes records; the other methods are for any thread.
 */
public final class VersionIndex {
    private final String model;
    private final SnapshotAssembler assembler;
    private final NavigableMap<Long, Entry> entries = new ConcurrentSkipListMap<>();
    /** Of versions that have begun and not come to their manifests yet, where they begin. */
    private final Map<Long, Long> begun = new HashMap<>();

    private @Nullable ModelSpec spec;

    private volatile Serving state;

    /** @param model the versions' model; records of others are passed over */
    public VersionIndex(String model) {
        this.model = model;
        this.state = Serving.initial(model);
        this.assembler = new SnapshotAssembler(model);
    }

    /**
     * One version.
     *
     * @param manifest null where it is damaged
     * @param damage what is wrong with it; null where it is whole
     * @param first offset of its first record in {@code models}
     * @param last offset of its manifest
     */
    public record Entry(
            long version,
            @Nullable Manifest manifest,
            @Nullable String damage,
            long first,
            long last) {
        public boolean isWhole() {
            return damage == null;
        }
    }

    /** Takes the topic's next record; a version when that was its manifest. */
    Optional<Assembled> accept(ConsumerRecord<String, byte[]> record) {
        noteBegin(record.key(), record.offset());
        Optional<Assembled> assembled = assembler.accept(record.key(), record.value());
        assembled.ifPresent(version -> note(version, record.offset()));
        return assembled;
    }

    private void noteBegin(@Nullable String key, long offset) {
        if (key == null || !key.startsWith(model + "/")) {
            return;
        }
        String[] steps = key.substring(model.length() + 1).split("/", -1);
        if (steps.length == 2 && steps[1].equals("0") && steps[0].matches("[1-9][0-9]{0,17}")) {
            begun.put(Long.valueOf(steps[0]), offset);
        }
    }

    private void note(Assembled assembled, long offset) {
        long version = assembled.version();
        long first = begun.getOrDefault(version, offset);
        begun.keySet().removeIf(begin -> begin <= version);
        Entry entry = assembled instanceof Assembled.Complete complete
                ? new Entry(version, shared(complete.snapshot()), null, first, offset)
                : new Entry(version, null, ((Assembled.Damaged) assembled).reason(), first, offset);
        entries.put(version, entry);
    }

    /** Versions have one spec, as a rule, which need not be kept a thousand times. */
    private Manifest shared(Snapshot snapshot) {
        ModelSpec kept = spec;
        if (kept == null || !kept.equals(snapshot.spec())) {
            kept = snapshot.spec();
            spec = kept;
        }
        return snapshot.manifest().withSpec(kept);
    }

    void take(Serving next) {
        state = next;
    }

    /** What people have decided. */
    public Serving state() {
        return state;
    }

    /** The model's name. */
    public String model() {
        return model;
    }

    /** By number. */
    public NavigableMap<Long, Entry> entries() {
        return entries;
    }

    /** For whoever decides about versions. */
    public Catalog catalog() {
        NavigableSet<Long> whole = new TreeSet<>();
        Map<Long, String> damaged = new HashMap<>();
        entries.forEach((version, entry) -> {
            if (entry.damage() == null) {
                whole.add(version);
            } else {
                damaged.put(version, entry.damage());
            }
        });
        return new Catalog(whole, damaged);
    }
}
