package dev.freshet.core.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.core.model.ModelName;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people have decided about the versions of one model, as the topic {@code serving} keeps it. Immutable.
 *
 * @param model the model's name
 * @param revision changes up to this state; 0 before the first
 * @param pinned the version that answers whatever is published; null for none
 * @param labels versions by label, {@code stable}, {@code canary} and {@code shadow} among them
 * @param canaryWeight percent of the requests without a version that the version labelled {@code canary} answers, in
 *     [0, 100]; 0 where there is no such label
 * @param quarantined the versions that are never served, ascending, none twice
 * @param changeId of the last change, unlike all others; empty before the first
 * @param who made the last change; empty before the first
 * @param why of the last change; empty before the first
 * @param changedAt when the last change was made; null before the first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Serving(
        String model,
        long revision,
        @Nullable Long pinned,
        SortedMap<String, Long> labels,
        double canaryWeight,
        List<Quarantined> quarantined,
        String changeId,
        String who,
        String why,
        @Nullable Instant changedAt) {
    /** The label of what proved good. */
    public static final String STABLE = "stable";
    /** The label of the version that answers a share of the requests. */
    public static final String CANARY = "canary";
    /** The label of the version that scores along without answering. */
    public static final String SHADOW = "shadow";

    private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public Serving {
        ModelName.require(model);
        // Jackson passes null for what the JSON does not say.
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels == null ? Map.of() : labels));
        quarantined = quarantined == null ? List.of() : List.copyOf(quarantined);
        changeId = changeId == null ? "" : changeId;
        who = who == null ? "" : who;
        why = why == null ? "" : why;
        labels.keySet().forEach(Serving::requireLabel);
        requireWeight(canaryWeight);
        if (revision < 0) {
            throw new IllegalArgumentException("revision must not be negative, was " + revision);
        }
    }

    /** Nothing has been decided: the newest version is served. */
    public static Serving initial(String model) {
        return new Serving(model, 0, null, new TreeMap<>(), 0, List.of(), "", "", "", null);
    }

    /** Whether a label may be called that. */
    public static boolean isLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /** @throws IllegalArgumentException if a label may not be called that */
    public static void requireLabel(String text) {
        if (!isLabel(text)) {
            throw new IllegalArgumentException("a label must be 1 to 32 lower-case letters, digits and '-', a letter"
                    + " first, was \"" + text + "\"");
        }
        if (text.equals("latest")) {
            throw new IllegalArgumentException("\"latest\" is no label: it always means the newest version");
        }
    }

    /** @throws IllegalArgumentException if it is no percentage */
    public static void requireWeight(double percent) {
        // Also false for NaN.
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("a canary's weight must be in percent, 0 to 100, was " + percent);
        }
    }

    public boolean isQuarantined(long version) {
        return whyQuarantined(version) != null;
    }

    /** Null where the version may be served. */
    public @Nullable String whyQuarantined(long version) {
        return whyQuarantined(quarantined, version);
    }

    static @Nullable String whyQuarantined(List<Quarantined> quarantined, long version) {
        for (Quarantined some : quarantined) {
            if (some.holds(version)) {
                return some.why();
            }
        }
        return null;
    }
}
