package dev.freshet.core.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One decision of the gate, as the topic {@code decisions} keeps it: the audit trail, refusals included.
 *
 * @param model the model's name
 * @param outcome {@code published} or {@code refused}; or {@code drift}, which is reported and not decided
 * @param reason for people
 * @param version the version that was published; null where it was refused
 * @param championVersion the version it was compared with; 0 for none
 * @param candidate how the candidate did on the hold-out window; of a drift, how the network did on the newest examples
 *     before it learned from them, older ones fading
 * @param champion how the champion did on the same examples; null for none
 * @param examples trained examples in the candidate's whole lineage
 * @param decidedAt when
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
        String model,
        Outcome outcome,
        String reason,
        @Nullable Long version,
        long championVersion,
        Evaluation candidate,
        @Nullable Evaluation champion,
        long examples,
        Instant decidedAt) {
    /** What became of the candidate. */
    public enum Outcome {
        PUBLISHED,
        REFUSED,
        /** No candidate: the network does worse than it did, which is reported. */
        DRIFT
    }
}
