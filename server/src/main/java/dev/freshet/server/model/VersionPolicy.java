package dev.freshet.server.model;

import dev.freshet.core.registry.Serving;
import org.jspecify.annotations.Nullable;

/**
 * Which version a server answers with where nothing is pinned. Immutable.
 *
 * @param choice {@code latest}, a label, or a version's number
 */
public record VersionPolicy(String choice) {
    /** The newest one that is good. */
    public static final VersionPolicy LATEST = new VersionPolicy("latest");

    /** What {@link #choice} may be. */
    public static final String RULE =
            "must be latest, a label of lower-case letters, digits and '-', or a version's number";

    public VersionPolicy {
        if (!isAllowed(choice)) {
            throw new IllegalArgumentException("server.version " + RULE + ", was \"" + choice + "\"");
        }
    }

    /** Whether there is such a policy. */
    public static boolean isAllowed(String choice) {
        return Serving.isLabel(choice) || choice.matches("[1-9][0-9]{0,17}");
    }

    /** The one version that is to answer; null for the newest good one, also where nobody has given the label yet. */
    @Nullable
    Long wanted(Serving state) {
        if (state.pinned() != null) {
            return state.pinned();
        }
        if (choice.equals(LATEST.choice)) {
            return null;
        }
        return Serving.isLabel(choice) ? state.labels().get(choice) : Long.valueOf(choice);
    }
}
