package dev.freshet.core.training;

import dev.freshet.core.training.Schedule.Cosine;
import dev.freshet.core.training.Schedule.Exponential;
import dev.freshet.core.training.Schedule.ReduceOnPlateau;
import dev.freshet.core.training.Schedule.Step;

/** The learning rate of each step, as a schedule has it. Belongs to the training thread. */
public final class LearningRate implements Resumable {
    private final double base;
    private final Schedule schedule;
    private final long stepsPerEpoch;
    private double reduction = 1;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int evaluationsWithoutBetter;

    /**
     * @param base the optimizer's learning rate, greater than 0
     * @param stepsPerEpoch of a run over a known number of records; 0 for a stream, whose schedule has no epochs in it
     */
    public LearningRate(double base, Schedule schedule, long stepsPerEpoch) {
        if (stepsPerEpoch == 0
                && schedule.spans().stream().anyMatch(span -> span.unit() == Span.Unit.EPOCHS && span.length() > 0)) {
            throw new IllegalArgumentException("a stream has no epochs, the schedule has: " + schedule);
        }
        this.base = base;
        this.schedule = schedule;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /**
     * For the next step.
     *
     * @param steps optimizer steps done so far
     */
    public double after(long steps) {
        if (schedule instanceof Step step) {
            // Of the few epochs that are no whole number of steps, a rounding error must not postpone the change.
            return base
                    * Math.pow(step.factor(), Math.floor(steps / step.every().inSteps(stepsPerEpoch) + 1e-9));
        } else if (schedule instanceof Exponential exponential) {
            return base
                    * Math.pow(exponential.factor(), steps / exponential.every().inSteps(stepsPerEpoch));
        } else if (schedule instanceof Cosine cosine) {
            return cosine(cosine, steps);
        } else if (schedule instanceof ReduceOnPlateau plateau) {
            return Math.max(Math.min(base, plateau.minimum()), base * reduction);
        }
        return base;
    }

    private double cosine(Cosine cosine, long steps) {
        double warmUp = cosine.warmUp().inSteps(stepsPerEpoch);
        if (steps < warmUp) {
            return base * Math.min(1, (steps + 1) / warmUp);
        }
        double length = cosine.length().inSteps(stepsPerEpoch);
        double share = Math.min(1, (steps - warmUp) / Math.max(1, length - warmUp));
        return cosine.minimum() + (base - cosine.minimum()) / 2 * (1 + Math.cos(Math.PI * share));
    }

    /**
     * To be called with each evaluation.
     *
     * @param loss on records that were not learned from
     */
    public void observe(double loss) {
        if (!(schedule instanceof ReduceOnPlateau plateau)) {
            return;
        }
        if (loss < bestLoss * (1 - plateau.threshold())) {
            bestLoss = loss;
            evaluationsWithoutBetter = 0;
        } else if (++evaluationsWithoutBetter > plateau.patience()) {
            reduction *= plateau.factor();
            evaluationsWithoutBetter = 0;
        }
    }

    /** What the evaluations so far have led to. */
    @Override
    public long[] state() {
        return new long[] {
            Double.doubleToRawLongBits(reduction), Double.doubleToRawLongBits(bestLoss), evaluationsWithoutBetter
        };
    }

    @Override
    public void restore(long[] state) {
        if (state.length != 3 || state[2] < 0) {
            throw new IllegalArgumentException("not the state of a learning rate");
        }
        reduction = Double.longBitsToDouble(state[0]);
        bestLoss = Double.longBitsToDouble(state[1]);
        evaluationsWithoutBetter = (int) state[2];
    }
}
