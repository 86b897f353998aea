package dev.freshet.core.registry;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The published versions of a model, for whoever decides about them. Immutable.
 *
 * @param whole those that can be served
 * @param damaged what is wrong with the others, by version
 */
public record Catalog(NavigableSet<Long> whole, Map<Long, String> damaged) {
    public Catalog {
        whole = Collections.unmodifiableNavigableSet(new TreeSet<>(whole));
        damaged = Map.copyOf(damaged);
    }

    /** @throws RefusedChangeException if there is no such version, or it is damaged */
    void require(String model, long version) {
        String damage = damaged.get(version);
        if (damage != null) {
            throw RefusedChangeException.failed(
                    "version " + version + " of model \"" + model + "\" is damaged: " + damage);
        }
        if (!whole.contains(version)) {
            throw RefusedChangeException.notFound("there is no version " + version + " of model \"" + model + "\""
                    + (whole.isEmpty() ? "; none has been published" : "; the newest is " + whole.last()));
        }
    }
}
