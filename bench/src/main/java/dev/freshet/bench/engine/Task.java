package dev.freshet.bench.engine;

import dev.freshet.bench.engine.Contestant.Turn;
import dev.freshet.bench.process.Peer;
import java.util.List;

/**
 * What all contenders do in turn.
 *
 * @param row its name in tables and summaries, such as {@code score a-32}
 * @param batch examples at a time when scoring; 0 when training
 */
record Task(String row, Configuration configuration, int batch) {
    static Task training(Configuration configuration) {
        return new Task("train " + configuration.name(), configuration, 0);
    }

    static Task scoring(Configuration configuration, int batch) {
        return new Task("score " + configuration.name() + "-" + batch, configuration, batch);
    }

    boolean isTraining() {
        return batch == 0;
    }

    /** The ways in which a peer, which has loaded the workload, can do it. */
    List<String> modes(Peer peer) {
        return List.of(
                peer.order(isTraining() ? "training-modes" : "scoring-modes").split(" "));
    }

    /** What comes out: losses of the first steps without dropout, or the first batch's probabilities. */
    double[] results(Contestant contestant) {
        return isTraining()
                ? contestant
                        .peer()
                        .numbers("losses", contestant.mode(), Integer.toString(EngineBenchmark.CHECKED_STEPS))
                : contestant.peer().numbers("probabilities", contestant.mode(), Integer.toString(batch));
    }

    /** How fast it is done. */
    Turn turn(Contestant contestant, double seconds) {
        String length = Double.toString(seconds);
        double[] figures = isTraining()
                ? contestant.peer().numbers("train", contestant.mode(), length)
                : contestant.peer().numbers("score", contestant.mode(), Integer.toString(batch), length);
        int examples = isTraining() ? configuration.miniBatch() : batch;
        return new Turn(figures[0] / figures[1], figures[2] / (figures[0] / examples));
    }
}
