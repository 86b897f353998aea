package dev.freshet.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.registry.RefusedChangeException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServingDecisionTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Serving INITIAL = Serving.initial("digits");

    private final Catalog catalog = new Catalog(new TreeSet<>(List.of(1L, 2L, 3L, 5L)), Map.of(4L, "wrong hash"));

    @Test
    void aPinIsTakenAndTakenAwayAgain() {
        Serving pinned = after(INITIAL, new Change.Pin(2));
        Serving unpinned = after(pinned, new Change.Unpin());

        assertThat(pinned.pinned()).isEqualTo(2);
        assertThat(pinned.revision()).isEqualTo(1);
        assertThat(pinned.who()).isEqualTo("mara");
        assertThat(pinned.why()).isEqualTo("because");
        assertThat(pinned.changedAt()).isEqualTo(NOW);
        assertThat(unpinned.pinned()).isNull();
        assertThat(unpinned.revision()).isEqualTo(2);
        refuses(unpinned, new Change.Unpin(), Reason.FAILED_PRECONDITION, "no version of model \"digits\" is pinned");
    }

    @Test
    void whatIsNotThereOrDamagedIsRefused() {
        refuses(
                INITIAL,
                new Change.Pin(9),
                Reason.NOT_FOUND,
                "there is no version 9 of model \"digits\"; the newest is 5");
        refuses(
                INITIAL,
                new Change.Label("stable", 4, null),
                Reason.FAILED_PRECONDITION,
                "version 4 of model \"digits\" is damaged: wrong hash");
        refuses(
                INITIAL,
                new Change.Unlabel("stable"),
                Reason.NOT_FOUND,
                "no version of model \"digits\" is labelled \"stable\"");
    }

    @Test
    void aLabelIsOfOneVersionAndACanaryHasAWeight() {
        // Given
        Serving labelled = after(INITIAL, new Change.Label("stable", 1, null));

        // When
        Serving moved = after(labelled, new Change.Label("stable", 2, null));
        Serving canary = after(moved, new Change.Label("canary", 5, 12.5));
        Serving next = after(canary, new Change.Label("canary", 3, null));
        Serving without = after(next, new Change.Unlabel("canary"));

        // Then
        assertThat(moved.labels()).isEqualTo(Map.of("stable", 2L));
        assertThat(canary.canaryWeight()).isEqualTo(12.5);
        assertThat(next.labels()).containsEntry("canary", 3L);
        assertThat(next.canaryWeight()).isEqualTo(12.5);
        assertThat(without.canaryWeight()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> after(INITIAL, new Change.Label("canary", 5, null)))
                .withMessage("a new canary needs a weight, in percent of the requests");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "Stable", "a_b", "latest", "abcdefghijklmnopqrstuvwxyz-0123456789"})
    void aLabelIsNotCalledThat(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Label(name, 1, null));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 100.1, Double.NaN})
    void aWeightIsAPercentage(double weight) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Label("canary", 1, weight));
    }

    @Test
    void onlyACanaryHasAWeight() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Label("shadow", 1, 5.0));
    }

    @Test
    void aQuarantinedVersionCanBeNeitherPinnedNorLabelled() {
        // Given
        Serving state = after(INITIAL, new Change.Quarantine(3));

        // Then
        assertThat(state.quarantined()).containsExactly(new Quarantined(3, 3, "because"));
        refuses(
                state,
                new Change.Pin(3),
                Reason.FAILED_PRECONDITION,
                "version 3 of model \"digits\" is quarantined: because");
        refuses(
                state,
                new Change.Label("stable", 3, null),
                Reason.FAILED_PRECONDITION,
                "version 3 of model \"digits\" is quarantined: because");
        assertThat(after(state, new Change.Unquarantine(3)).quarantined()).isEmpty();
        refuses(
                state,
                new Change.Unquarantine(2),
                Reason.FAILED_PRECONDITION,
                "version 2 of model \"digits\" is not quarantined");
    }

    @Test
    void aPinnedOrLabelledVersionIsNotQuarantinedUnasked() {
        Serving pinned = after(INITIAL, new Change.Pin(3));
        Serving labelled = after(INITIAL, new Change.Label("stable", 2, null));

        refuses(
                pinned,
                new Change.Quarantine(3),
                Reason.FAILED_PRECONDITION,
                "version 3 of model \"digits\" is pinned: pin another or unpin it first, or roll back");
        refuses(
                labelled,
                new Change.Quarantine(2),
                Reason.FAILED_PRECONDITION,
                "version 2 of model \"digits\" is labelled \"stable\": give the label to another version or take it away"
                        + " first, or roll back");
    }

    @Test
    void theLastGoodVersionIsNotQuarantined() {
        Serving state = INITIAL;
        for (long version : List.of(5L, 3L, 2L)) {
            state = after(state, new Change.Quarantine(version));
        }

        refuses(
                state,
                new Change.Quarantine(1),
                Reason.FAILED_PRECONDITION,
                "version 1 of model \"digits\" is the last that can be served");
    }

    @Test
    void aRollbackGoesToTheGoodVersionBeforeAndQuarantinesWhatIsNewer() {
        // When
        Serving once = after(INITIAL, new Change.Rollback(null));
        Serving twice = after(once, new Change.Rollback(null));

        // Then: 4 is damaged, 5 was the newest
        assertThat(once.quarantined()).containsExactly(new Quarantined(5, 5, "rolled back to 3: because"));
        assertThat(twice.quarantined()).containsExactly(new Quarantined(3, 5, "rolled back to 2: because"));
        // A version that comes later is none of them.
        assertThat(twice.isQuarantined(6)).isFalse();
    }

    @Test
    void aRollbackTakesPinAndLabelsOfNewerVersionsAlong() {
        // Given
        Serving state = after(INITIAL, new Change.Label("stable", 3, null));
        state = after(state, new Change.Label("old", 1, null));
        state = after(state, new Change.Label("canary", 5, 10.0));
        state = after(state, new Change.Label("shadow", 5, null));
        state = after(state, new Change.Pin(3));

        // When
        Serving back = after(state, new Change.Rollback(null));

        // Then
        assertThat(back.pinned()).isNull();
        assertThat(back.labels()).isEqualTo(Map.of("stable", 2L, "old", 1L));
        assertThat(back.canaryWeight()).isZero();
        assertThat(back.quarantined()).extracting(Quarantined::versions).containsExactly("3 to 5");
    }

    @Test
    void aVersionIsTakenOutOfTheMiddleOfAQuarantineAndPutBackWithAReasonOfItsOwn() {
        // Given
        Serving state = after(INITIAL, new Change.Rollback(1L));

        // When
        Serving out = after(state, new Change.Unquarantine(3));
        Serving back = after(out, new Change.Quarantine(3));

        // Then
        assertThat(state.quarantined()).extracting(Quarantined::versions).containsExactly("2 to 5");
        assertThat(out.quarantined()).extracting(Quarantined::versions).containsExactly("2", "4 to 5");
        assertThat(out.isQuarantined(3)).isFalse();
        assertThat(back.quarantined())
                .containsExactly(
                        new Quarantined(2, 2, "rolled back to 1: because"),
                        new Quarantined(3, 3, "because"),
                        new Quarantined(4, 5, "rolled back to 1: because"));
    }

    @Test
    void aRollbackNeedsSomethingToGoBackFromAndTo() {
        refuses(
                INITIAL,
                new Change.Rollback(5L),
                Reason.FAILED_PRECONDITION,
                "version 5 of model \"digits\" is the newest: there is nothing to go back from");
        refuses(
                after(INITIAL, new Change.Pin(1)),
                new Change.Rollback(null),
                Reason.FAILED_PRECONDITION,
                "there is no version of model \"digits\" before 1 to go back to");
    }

    @Test
    void aStateIsReadAsItWasWritten() {
        Serving state = after(INITIAL, new Change.Label("canary", 5, 12.5));
        state = after(state, new Change.Quarantine(3));

        assertThat(SnapshotCodec.fromJson(SnapshotCodec.toJson(state), Serving.class))
                .isEqualTo(state);
        assertThat(SnapshotCodec.fromJson("{\"model\": \"m\"}".getBytes(StandardCharsets.UTF_8), Serving.class))
                .isEqualTo(Serving.initial("m"));
    }

    private Serving after(Serving before, Change change) {
        return ServingDecision.of(change, UUID.randomUUID(), before, catalog, new Authorship("mara", "because"), NOW)
                .after();
    }

    private void refuses(Serving before, Change change, Reason reason, String message) {
        assertThatExceptionOfType(RefusedChangeException.class)
                .isThrownBy(() -> after(before, change))
                .withMessage(message)
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
