package dev.freshet.core.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change of what is served, as the topic {@code decisions} keeps it beside the decisions of the gate, with the same
 * names for the same things.
 *
 * @param model the model's name
 * @param outcome always {@code SERVING}, which no decision of the gate has
 * @param change what was asked for, such as {@code pin 7}
 * @param reason why, in the words of who asked
 * @param who asked
 * @param version the one pinned afterwards; null for none
 * @param before the state that was changed
 * @param after the state since
 * @param decidedAt when
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServingDecision(
        String model,
        String outcome,
        String change,
        String reason,
        String who,
        @Nullable Long version,
        Serving before,
        Serving after,
        Instant decidedAt) {
    /** The word by which readers tell it from the gate's. */
    public static final String OUTCOME = "SERVING";

    /**
     * Decides about a change.
     *
     * @param changeId unlike all others
     * @throws RefusedChangeException if the state does not allow it
     * @throws IllegalArgumentException if the change itself is wrong
     */
    public static ServingDecision of(
            Change change, UUID changeId, Serving before, Catalog catalog, Authorship by, Instant now) {
        Change.Draft draft = new Change.Draft(before, catalog, by.why());
        change.applyTo(draft);
        Serving after = new Serving(
                before.model(),
                before.revision() + 1,
                draft.pinned,
                draft.labels,
                draft.canaryWeight,
                draft.quarantined,
                changeId.toString(),
                by.who(),
                by.why(),
                now);
        return new ServingDecision(
                before.model(), OUTCOME, change.toString(), by.why(), by.who(), draft.pinned, before, after, now);
    }
}
