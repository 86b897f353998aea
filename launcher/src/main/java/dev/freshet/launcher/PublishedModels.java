package dev.freshet.launcher;

import static java.util.stream.Collectors.joining;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.ModelsTopic;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Serving;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What is in the topic {@code models} when a command asks. Every version is put together and verified; weights are kept of
 * the one that is looked for only. Belongs to one thread.
 */
final class PublishedModels {
    /** A person waits; the clients' own minute is for processes. */
    private static final String PATIENCE_MILLIS = "10000";

    private final String topic;
    private final NavigableMap<String, NavigableMap<Long, Version>> models = new TreeMap<>();

    private PublishedModels(String topic) {
        this.topic = topic;
    }

    /**
     * One version.
     *
     * @param manifest null if it is damaged
     * @param damage why it cannot be used; null if it is whole
     */
    record Version(
            String model,
            long number,
            @Nullable Manifest manifest,
            @Nullable String damage) {
        static Version of(String model, Assembled assembled) {
            return assembled instanceof Assembled.Complete complete
                    ? new Version(model, complete.version(), complete.snapshot().manifest(), null)
                    : new Version(model, assembled.version(), null, ((Assembled.Damaged) assembled).reason());
        }

        @Override
        public String toString() {
            return damage == null ? Long.toString(number) : number + " (damaged)";
        }
    }

    /**
     * Reads all of them.
     *
     * @throws KafkaException if there is no such topic, or no broker
     */
    static PublishedModels read(KafkaSettings kafka) {
        return read(kafka, (model, assembled) -> {});
    }

    /**
     * Reads one version with its weights.
     *
     * @throws IllegalArgumentException if there is no such version; says which there are
     * @throws IllegalStateException if it is damaged; says how
     * @throws KafkaException if there is no such topic, or no broker
     */
    static Assembled.Complete find(KafkaSettings kafka, String model, VersionChoice choice) {
        Search search = new Search(model, choice);
        PublishedModels published = read(kafka, search::look);
        if (search.found == null) {
            throw published.missing(model, choice);
        }
        return search.found;
    }

    private static PublishedModels read(KafkaSettings kafka, BiConsumer<String, Assembled> onVersion) {
        LogLevels.noReconnects();
        PublishedModels published = new PublishedModels(kafka.topics().models());
        Map<String, SnapshotAssembler> assemblers = new HashMap<>();
        try {
            ModelsTopic.readToEnd(impatient(kafka), "models", record -> {
                String model = modelOf(record);
                assemblers
                        .computeIfAbsent(model, SnapshotAssembler::new)
                        .accept(record.key(), record.value())
                        .ifPresent(assembled -> {
                            published.versions(model).put(assembled.version(), Version.of(model, assembled));
                            onVersion.accept(model, assembled);
                        });
            });
        } catch (TimeoutException e) {
            throw new KafkaException("no broker answers at " + kafka.bootstrapServers(), e);
        }
        return published;
    }

    /** What people have decided, by model; nothing where there is no such topic yet. */
    static Map<String, Serving> decided(KafkaSettings kafka) {
        try {
            return new Registry(impatient(kafka), Clock.systemUTC()).readAll();
        } catch (UnknownTopicOrPartitionException e) {
            return Map.of();
        }
    }

    private static KafkaSettings impatient(KafkaSettings kafka) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.putIfAbsent("default.api.timeout.ms", PATIENCE_MILLIS);
        return new KafkaSettings(client, kafka.topics());
    }

    /** What stands before the first slash of a key; a key without one belongs to no version. */
    private static String modelOf(ConsumerRecord<String, ?> record) {
        String key = record.key() == null ? "" : record.key();
        return key.substring(0, Math.max(0, key.indexOf('/')));
    }

    private NavigableMap<Long, Version> versions(String model) {
        return models.computeIfAbsent(model, name -> new TreeMap<>());
    }

    /** Keeps what is looked for as it comes by. */
    private static final class Search {
        private final String model;
        private final VersionChoice choice;

        Assembled.@Nullable Complete found;

        Search(String model, VersionChoice choice) {
            this.model = model;
            this.choice = choice;
        }

        void look(String name, Assembled assembled) {
            if (!name.equals(model)) {
                return;
            }
            Assembled.Complete complete = assembled instanceof Assembled.Complete whole ? whole : null;
            if (choice.isOf(assembled.version())) {
                // Where it was published twice, what was written last holds, as it does for servers.
                found = complete;
            } else if (choice.isLatest()
                    && complete != null
                    && (found == null || complete.version() >= found.version())) {
                found = complete;
            }
        }
    }

    /** Of all models, by name and number. */
    List<Version> all() {
        return models.values().stream()
                .map(NavigableMap::values)
                .flatMap(Collection::stream)
                .toList();
    }

    /**
     * Of one model, by number.
     *
     * @throws IllegalArgumentException if there is no such model; says which there are
     */
    List<Version> of(String model) {
        NavigableMap<Long, Version> versions = models.get(model);
        if (versions == null) {
            throw new IllegalArgumentException("there is no model \"" + model + "\" in " + topic + "; "
                    + (models.isEmpty()
                            ? "no version has been published"
                            : "there is "
                                    + models.keySet().stream()
                                            .map(name -> "\"" + name + "\"")
                                            .collect(joining(", "))));
        }
        return List.copyOf(versions.values());
    }

    /**
     * Of one model, for whoever decides about versions.
     *
     * @throws IllegalArgumentException if there is no such model; says which there are
     */
    Catalog catalog(String model) {
        NavigableSet<Long> whole = new TreeSet<>();
        Map<Long, String> damaged = new HashMap<>();
        for (Version version : of(model)) {
            if (version.damage() == null) {
                whole.add(version.number());
            } else {
                damaged.put(version.number(), version.damage());
            }
        }
        return new Catalog(whole, damaged);
    }

    private RuntimeException missing(String model, VersionChoice choice) {
        List<Version> versions = of(model);
        for (Version version : versions) {
            if (choice.isOf(version.number())) {
                return new IllegalStateException(
                        "version " + version.number() + " of model \"" + model + "\" is damaged: " + version.damage());
            }
        }
        return new IllegalArgumentException("there is no "
                + (choice.isLatest() ? "whole version" : "version " + choice.number()) + " of model \"" + model
                + "\" in " + topic + "; there is " + ranges(versions));
    }

    /** Such as {@code 1 to 7, 8 (damaged), 9}. */
    private static String ranges(List<Version> versions) {
        List<String> ranges = new ArrayList<>();
        for (int begin = 0, end; begin < versions.size(); begin = end) {
            end = begin + 1;
            while (end < versions.size() && follows(versions.get(end - 1), versions.get(end))) {
                end++;
            }
            Version first = versions.get(begin);
            ranges.add(end - begin == 1 ? first.toString() : first + " to " + versions.get(end - 1));
        }
        return String.join(", ", ranges);
    }

    private static boolean follows(Version version, Version next) {
        return version.damage() == null && next.damage() == null && next.number() == version.number() + 1;
    }
}
