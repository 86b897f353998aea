package dev.freshet.trainer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Steps that were not finite: how many in a row, and which records are therefore not to be learned from when they come again.
 * Belongs to the training thread.
 */
final class Setback {
    private final int limit;
    private final Set<Place> before;
    private final List<Place> sinceCheckpoint = new ArrayList<>();
    private int inARow;
    private boolean learned;

    /**
     * @param limit discarded steps in a row until the weights are what is wrong, at least 1
     * @param before what the checkpoint that is gone on from names
     */
    Setback(int limit, List<Place> before) {
        this.limit = limit;
        this.before = new HashSet<>(before);
    }

    /** Whether the record is a dead letter already, though it stands behind the checkpoint. */
    boolean isQuarantined(Place place) {
        return before.contains(place);
    }

    /** A step was finite. */
    void learned() {
        inARow = 0;
        learned = true;
    }

    /** A step was not. */
    void discarded(List<Place> places) {
        sinceCheckpoint.addAll(places);
        inARow++;
    }

    /** Whether the newest step was not finite: the weights after it are no place to go back to. */
    boolean isUnderWay() {
        return inARow > 0;
    }

    /** Whether it is more than the records. */
    boolean isTooMuch() {
        return inARow >= limit;
    }

    /** Whether any step was finite since the checkpoint that was gone on from. */
    boolean hasLearned() {
        return learned;
    }

    /** All that was discarded lies before the newest checkpoint. */
    void checkpointed() {
        sinceCheckpoint.clear();
    }

    /** What is not to be learned from by whoever goes back to the newest checkpoint. */
    List<Place> quarantined() {
        List<Place> all = new ArrayList<>(before);
        all.addAll(sinceCheckpoint);
        return all;
    }

    /** The weights have gone wrong, and a checkpoint was written to go on from: {@link Trainer} starts again from there. */
    static final class GoingBackException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
