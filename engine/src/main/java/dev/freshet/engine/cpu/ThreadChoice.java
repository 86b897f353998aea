package dev.freshet.engine.cpu;

import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out with how many threads a network's steps take the least time: it lets real steps be done with one, two, four and so
 * on, in turns, and keeps the fastest. A step's result does not depend on it, so nothing is lost by trying, and it tries again
 * every few minutes, since what else the machine does changes. Belongs to the training thread.
 */
final class ThreadChoice {
    private static final Logger log = LoggerFactory.getLogger(ThreadChoice.class);

    /** Steps before the first trial: until then the JIT compiler is at work. */
    private static final int WARM_UP_STEPS = 500;

    private static final int ROUNDS = 9;

    /** Steps of a candidate in each round. */
    private static final int TURN_STEPS = 8;

    /** More threads have to be worth it: another process may want the cores. */
    private static final double WORTH = 1.1;

    private static final long AGAIN_NANOS = 300_000_000_000L;

    private final int[] candidates;
    private final double[][] nanosPerExample;
    private int best;
    private int stepsUntilTrial = WARM_UP_STEPS;
    private long settledAt;
    private boolean isTrying;
    private boolean isFirst = true;
    /** Steps of this trial. */
    private int step;

    private long turnBegan;
    private long turnExamples;

    /** Always as many. */
    static ThreadChoice of(int threads) {
        return new ThreadChoice(new int[] {threads});
    }

    /** @param most at least 1 */
    static ThreadChoice upTo(int most) {
        int[] candidates = new int[Integer.SIZE - Integer.numberOfLeadingZeros(most)];
        Arrays.setAll(candidates, i -> 1 << i);
        return new ThreadChoice(candidates);
    }

    private ThreadChoice(int[] candidates) {
        this.candidates = candidates;
        this.nanosPerExample = new double[candidates.length][ROUNDS];
    }

    /** Threads for the next step. */
    int beforeStep() {
        if (candidates.length == 1) {
            return candidates[0];
        }
        if (!isTrying && stepsUntilTrial-- <= 0 && (isFirst || System.nanoTime() - settledAt > AGAIN_NANOS)) {
            isTrying = true;
            step = 0;
        }
        if (!isTrying) {
            return candidates[best];
        }
        if (step % TURN_STEPS == 0) {
            turnBegan = System.nanoTime();
            turnExamples = 0;
        }
        return candidates[step / TURN_STEPS % candidates.length];
    }

    void afterStep(int examples) {
        if (!isTrying) {
            return;
        }
        turnExamples += examples;
        step++;
        if (step % TURN_STEPS != 0) {
            return;
        }
        int turn = step / TURN_STEPS - 1;
        nanosPerExample[turn % candidates.length][turn / candidates.length] =
                (double) (System.nanoTime() - turnBegan) / turnExamples;
        if (turn + 1 == ROUNDS * candidates.length) {
            settle();
        }
    }

    private void settle() {
        int before = best;
        best = 0;
        for (int i = 0; i < candidates.length; i++) {
            Arrays.sort(nanosPerExample[i]);
            if (median(i) * WORTH < median(best)) {
                best = i;
            }
        }
        if (isFirst || best != before) {
            log.atInfo()
                    .addKeyValue("threads", candidates[best])
                    .addKeyValue("examplesPerSecond", Math.round(1e9 / median(best)))
                    .addKeyValue("withOneThread", Math.round(1e9 / median(0)))
                    .log("chose how many threads train");
        }
        isTrying = false;
        isFirst = false;
        stepsUntilTrial = WARM_UP_STEPS;
        settledAt = System.nanoTime();
    }

    private double median(int candidate) {
        return nanosPerExample[candidate][ROUNDS / 2];
    }
}
