package dev.freshet.server.model;

import dev.freshet.core.registry.CanarySplit;
import dev.freshet.core.registry.Serving;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The loaded versions and what each is there for, as of one moment. Immutable. */
final class Roster {
    /** Nothing is loaded. */
    static final Roster NONE = new Roster(new TreeMap<>(), null, Map.of(), CanarySplit.NONE);

    private final NavigableMap<Long, LoadedVersion> loaded;
    private final @Nullable LoadedVersion main;
    private final @Nullable LoadedVersion canary;
    private final CanarySplit split;
    private final Map<String, Long> labels;
    /** By label and by number. */
    private final Map<String, LoadedVersion> named = new HashMap<>();

    /**
     * @param loaded by number; belongs to this object from now on
     * @param main of the loaded ones; null for none
     * @param labels of loaded ones
     * @param split between main and the version labelled canary
     */
    Roster(
            NavigableMap<Long, LoadedVersion> loaded,
            @Nullable LoadedVersion main,
            Map<String, Long> labels,
            CanarySplit split) {
        this.loaded = Collections.unmodifiableNavigableMap(loaded);
        this.main = main;
        this.labels = Map.copyOf(labels);
        loaded.forEach((number, version) -> named.put(Long.toString(number), version));
        labels.forEach((label, number) -> {
            LoadedVersion version = loaded.get(number);
            if (version == null) {
                throw new IllegalArgumentException("version " + number + ", labelled " + label + ", is not loaded");
            }
            named.put(label, version);
        });
        LoadedVersion labelled = named.get(Serving.CANARY);
        boolean apart = labelled != null && labelled != main && !split.isNone();
        this.canary = apart ? labelled : null;
        this.split = apart ? split : CanarySplit.NONE;
    }

    NavigableMap<Long, LoadedVersion> loaded() {
        return loaded;
    }

    @Nullable
    LoadedVersion main() {
        return main;
    }

    Map<String, Long> labels() {
        return labels;
    }

    /** None where there is no canary besides main. */
    CanarySplit split() {
        return split;
    }

    /** Null where there is none. */
    @Nullable
    LoadedVersion find(Route route) {
        return switch (route.role()) {
            case MAIN -> main;
            case CANARY -> canary == null ? main : canary;
            case NAMED -> named.get(route.name());
        };
    }

    /** What can be asked for: numbers, then labels. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        loaded.keySet().forEach(number -> names.add(Long.toString(number)));
        new TreeMap<>(labels).forEach((label, number) -> names.add(label));
        return names;
    }
}
