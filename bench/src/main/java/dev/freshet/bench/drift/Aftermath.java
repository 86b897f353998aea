package dev.freshet.bench.drift;

import dev.freshet.trainer.Rehearsal.Look;
import java.util.ArrayDeque;
import java.util.Deque;

/** How a trainer comes through a drift, from what is to be seen of it now and then. Belongs to one thread. */
final class Aftermath {
    /** Records that the accuracy before the drift is taken over: so many that chance moves it by 0.003 or less. */
    private static final int BEFORE = 5_000;

    /** Below the usual accuracy: some two standard deviations of what a window of 1,000 shows. */
    private static final double TOLERANCE = 0.01;

    private final int driftAt;
    private final double hurdle;
    private final Deque<Look> beforehand = new ArrayDeque<>();
    private double before = Double.NaN;
    private double lowest = 1;
    private double foundAfter = Double.POSITIVE_INFINITY;
    private double backAfter;
    private long alarms;
    private long errors;
    private long errorsBefore;

    /**
     * @param driftAt records before it
     * @param usual accuracy that is to be had back; NaN where nobody asks
     */
    Aftermath(int driftAt, double usual) {
        this.driftAt = driftAt;
        this.hurdle = usual - TOLERANCE;
    }

    void look(Look look) {
        errors = look.errors();
        if (look.records() <= driftAt) {
            lookBeforehand(look);
            return;
        }
        long since = look.records() - driftAt;
        if (look.drifts() > alarms) {
            foundAfter = Math.min(foundAfter, (double) since);
            alarms = look.drifts();
        }
        boolean asBefore = look.accuracy() >= hurdle;
        if (look.accuracy() < lowest) {
            lowest = look.accuracy();
            backAfter = asBefore ? 0 : Double.POSITIVE_INFINITY;
        } else if (asBefore) {
            backAfter = Math.min(backAfter, (double) since);
        }
    }

    private void lookBeforehand(Look look) {
        beforehand.add(look);
        while (look.records() - beforehand.getFirst().records() > BEFORE) {
            beforehand.removeFirst();
        }
        Look first = beforehand.getFirst();
        long trained = look.trained() - first.trained();
        before = 1 - (double) (look.errors() - first.errors()) / trained;
        errorsBefore = look.errors();
        alarms = look.drifts();
    }

    /** Accuracy before learning, before the drift. */
    double before() {
        return before;
    }

    /** The lowest accuracy of a window since then. */
    double lowest() {
        return lowest;
    }

    /** Records from the drift to the first alarm; infinite for none. */
    double foundAfter() {
        return foundAfter;
    }

    /** Records from the drift until the accuracy, once it was lowest, is the usual one; infinite if it never is. */
    double backAfter() {
        return backAfter;
    }

    /** Wrong answers since the drift. */
    long errors() {
        return errors - errorsBefore;
    }

    /** In all. */
    long alarms() {
        return alarms;
    }
}
