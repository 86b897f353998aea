package dev.freshet.core.registry;

import static java.util.Objects.requireNonNull;

/**
 * Versions that are never served, one or many: a rollback may take thousands, and the state must stay small.
 *
 * @param first from 1
 * @param last at least {@code first}; that one, too
 * @param why in people's words
 */
public record Quarantined(long first, long last, String why) {
    public Quarantined {
        requireNonNull(why, "why");
        if (first < 1 || last < first) {
            throw new IllegalArgumentException("versions " + first + " to " + last);
        }
    }

    boolean holds(long version) {
        return first <= version && version <= last;
    }

    /** Such as {@code 4} or {@code 4 to 9}. */
    public String versions() {
        return first == last ? Long.toString(first) : first + " to " + last;
    }
}
