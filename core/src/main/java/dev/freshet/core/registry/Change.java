package dev.freshet.core.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Something that people decide about the versions of a model. Immutable. */
public sealed interface Change {
    /** The version answers whatever is published from now on. */
    record Pin(long version) implements Change {
        @Override
        public void applyTo(Draft draft) {
            draft.requireServable(version);
            draft.pinned = version;
        }

        @Override
        public String toString() {
            return "pin " + version;
        }
    }

    /** The server's own choice answers again. */
    record Unpin() implements Change {
        @Override
        public void applyTo(Draft draft) {
            if (draft.pinned == null) {
                throw RefusedChangeException.failed("no version of model \"" + draft.model() + "\" is pinned");
            }
            draft.pinned = null;
        }

        @Override
        public String toString() {
            return "unpin";
        }
    }

    /**
     * A version can be asked for by this name, which no other version has any more.
     *
     * @param weight of the label {@code canary} alone, in percent; null for what it was
     */
    record Label(String name, long version, @Nullable Double weight) implements Change {
        public Label {
            Serving.requireLabel(name);
            if (weight != null) {
                if (!name.equals(Serving.CANARY)) {
                    throw new IllegalArgumentException(
                            "only the label \"" + Serving.CANARY + "\" has a weight, \"" + name + "\" has none");
                }
                Serving.requireWeight(weight);
            }
        }

        @Override
        public void applyTo(Draft draft) {
            draft.requireServable(version);
            if (name.equals(Serving.CANARY) && weight == null && !draft.labels.containsKey(name)) {
                throw new IllegalArgumentException("a new canary needs a weight, in percent of the requests");
            }
            draft.labels.put(name, version);
            if (weight != null) {
                draft.canaryWeight = weight;
            }
        }

        @Override
        public String toString() {
            return "label " + name + " " + version + (weight == null ? "" : " at " + weight + " %");
        }
    }

    /** There is no such label any more. */
    record Unlabel(String name) implements Change {
        public Unlabel {
            Serving.requireLabel(name);
        }

        @Override
        public void applyTo(Draft draft) {
            if (!draft.labels.containsKey(name)) {
                throw RefusedChangeException.notFound(
                        "no version of model \"" + draft.model() + "\" is labelled \"" + name + "\"");
            }
            draft.removeLabel(name);
        }

        @Override
        public String toString() {
            return "unlabel " + name;
        }
    }

    /**
     * Back to an older version: everything newer is quarantined, and what is published from then on is served again. A
     * pin is taken away; labels of newer versions go to the target, but canary and shadow, which would be compared with
     * themselves, are taken away.
     *
     * @param target null for the newest good version before the one that is pinned, or else before the newest good one
     */
    record Rollback(@Nullable Long target) implements Change {
        @Override
        public void applyTo(Draft draft) {
            long to = target == null ? draft.versionBefore() : target;
            draft.requireServable(to);
            NavigableSet<Long> newer = draft.catalog.whole().tailSet(to, false);
            if (newer.isEmpty()) {
                throw RefusedChangeException.failed("version " + to + " of model \"" + draft.model()
                        + "\" is the newest: there is nothing to go back from");
            }
            draft.quarantine(new Quarantined(newer.first(), newer.last(), "rolled back to " + to + ": " + draft.why));
            draft.pinned = null;
            for (Map.Entry<String, Long> label : Map.copyOf(draft.labels).entrySet()) {
                if (label.getValue() > to) {
                    if (label.getKey().equals(Serving.CANARY) || label.getKey().equals(Serving.SHADOW)) {
                        draft.removeLabel(label.getKey());
                    } else {
                        draft.labels.put(label.getKey(), to);
                    }
                }
            }
        }

        @Override
        public String toString() {
            return target == null ? "rollback" : "rollback to " + target;
        }
    }

    /**
     * The version is never served again, not even to who asks for it by number. Refused while it is pinned or labelled,
     * since nobody but a person knows what is to take its place, and where it is the last that can be served.
     */
    record Quarantine(long version) implements Change {
        @Override
        public void applyTo(Draft draft) {
            draft.catalog.require(draft.model(), version);
            if (draft.pinned != null && draft.pinned == version) {
                throw RefusedChangeException.failed("version " + version + " of model \"" + draft.model()
                        + "\" is pinned: pin another or unpin it first, or roll back");
            }
            draft.labels.forEach((label, labelled) -> {
                if (labelled == version) {
                    throw RefusedChangeException.failed("version " + version + " of model \"" + draft.model()
                            + "\" is labelled \"" + label
                            + "\": give the label to another version or take it away first,"
                            + " or roll back");
                }
            });
            draft.quarantine(new Quarantined(version, version, draft.why));
            if (draft.catalog.whole().stream().allMatch(draft::isQuarantined)) {
                throw RefusedChangeException.failed(
                        "version " + version + " of model \"" + draft.model() + "\" is the last that can be served");
            }
        }

        @Override
        public String toString() {
            return "quarantine " + version;
        }
    }

    /** The version may be served again. */
    record Unquarantine(long version) implements Change {
        @Override
        public void applyTo(Draft draft) {
            if (!draft.isQuarantined(version)) {
                throw RefusedChangeException.failed(
                        "version " + version + " of model \"" + draft.model() + "\" is not quarantined");
            }
            draft.release(version, version);
        }

        @Override
        public String toString() {
            return "unquarantine " + version;
        }
    }

    /**
     * Changes a draft.
     *
     * @throws RefusedChangeException if the state does not allow it
     * @throws IllegalArgumentException if the change itself is wrong
     */
    void applyTo(Draft draft);

    /** A state on its way to the next one. Belongs to one thread. */
    final class Draft {
        private final Serving before;
        final Catalog catalog;
        final String why;
        final SortedMap<String, Long> labels;
        final List<Quarantined> quarantined;

        @Nullable
        Long pinned;

        double canaryWeight;

        Draft(Serving before, Catalog catalog, String why) {
            this.before = before;
            this.catalog = catalog;
            this.why = why;
            this.labels = new TreeMap<>(before.labels());
            this.quarantined = new ArrayList<>(before.quarantined());
            this.pinned = before.pinned();
            this.canaryWeight = before.canaryWeight();
        }

        String model() {
            return before.model();
        }

        void requireServable(long version) {
            catalog.require(model(), version);
            String reason = Serving.whyQuarantined(quarantined, version);
            if (reason != null) {
                throw RefusedChangeException.failed(
                        "version " + version + " of model \"" + model() + "\" is quarantined: " + reason);
            }
        }

        boolean isQuarantined(long version) {
            return Serving.whyQuarantined(quarantined, version) != null;
        }

        /** The newest reason holds. */
        void quarantine(Quarantined some) {
            release(some.first(), some.last());
            quarantined.add(some);
            quarantined.sort(Comparator.comparingLong(Quarantined::first));
        }

        /** What lies around them stays. */
        void release(long first, long last) {
            List<Quarantined> before = List.copyOf(quarantined);
            quarantined.clear();
            for (Quarantined some : before) {
                if (some.first() < first) {
                    quarantined.add(new Quarantined(some.first(), Math.min(some.last(), first - 1), some.why()));
                }
                if (some.last() > last) {
                    quarantined.add(new Quarantined(Math.max(some.first(), last + 1), some.last(), some.why()));
                }
            }
        }

        void removeLabel(String name) {
            labels.remove(name);
            if (name.equals(Serving.CANARY)) {
                canaryWeight = 0;
            }
        }

        /** The newest good version before the one that is served by the pin, or by being the newest good one. */
        long versionBefore() {
            long now = pinned != null ? pinned : newestGoodBefore(Long.MAX_VALUE, "that can be served");
            return newestGoodBefore(now, "before " + now + " to go back to");
        }

        private long newestGoodBefore(long bound, String which) {
            for (long version : catalog.whole().headSet(bound, false).descendingSet()) {
                if (!isQuarantined(version)) {
                    return version;
                }
            }
            throw RefusedChangeException.failed("there is no version of model \"" + model() + "\" " + which);
        }
    }
}
