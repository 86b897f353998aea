package dev.freshet.trainer;

import dev.freshet.core.drift.DriftConfig;
import dev.freshet.core.drift.DriftDetector;
import dev.freshet.core.drift.DriftResponse;
import dev.freshet.core.evaluation.Prequential;
import dev.freshet.core.training.Resumable;
import java.util.Arrays;
import java.util.Optional;

/** Looks for drift in the prequential error, and knows what is done about the newest one. Belongs to the training thread. */
final class DriftWatch implements Resumable {
    private final Optional<DriftDetector> detector;
    private final DriftResponse response;

    DriftWatch(DriftConfig config) {
        this.detector = config.detector().create();
        this.response = new DriftResponse(config.reaction());
    }

    /**
     * Looks at the examples of the newest mini-batch, in their order.
     *
     * @param prequential has just observed them
     * @param examples how many
     * @param steps optimizer steps of the lineage
     * @return whether the error rate has risen among them
     */
    boolean observe(Prequential prequential, int examples, long steps) {
        if (detector.isEmpty()) {
            return false;
        }
        boolean drifted = false;
        for (int row = 0; row < examples; row++) {
            drifted |= detector.get().observe(!prequential.isHit(row)) == DriftDetector.Change.RISE;
        }
        if (drifted) {
            response.drifted(steps);
        }
        return drifted;
    }

    /** What the detector takes the error rate to be; NaN where nobody watches. */
    double errorRate() {
        return detector.map(DriftDetector::errorRate).orElse(Double.NaN);
    }

    DriftResponse response() {
        return response;
    }

    /** Of the response, and then of the detector, if there is one. */
    @Override
    public long[] state() {
        long[] own = response.state();
        long[] others = detector.map(DriftDetector::state).orElse(new long[0]);
        long[] state = Arrays.copyOf(own, own.length + others.length);
        System.arraycopy(others, 0, state, own.length, others.length);
        return state;
    }

    @Override
    public void restore(long[] state) {
        int own = Math.min(response.state().length, state.length);
        long[] others = Arrays.copyOfRange(state, own, state.length);
        if (detector.isEmpty() != (others.length == 0)) {
            throw new IllegalArgumentException("not the state of this drift detector");
        }
        detector.ifPresent(restored -> restored.restore(others));
        response.restore(Arrays.copyOf(state, own));
    }
}
