package dev.freshet.bench.engine;

import dev.freshet.bench.process.Peer;
import dev.freshet.bench.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** One mode of one peer, with the turns it has had at one task. Belongs to the main thread. */
final class Contestant {
    /** Those who are compared. */
    enum Side {
        FRESHET("Freshet", true),
        /** As it is used: autograd, and its optimizers. */
        LIBTORCH("libtorch", true),
        /** Its matrix products and loops alone, with a backward pass written for these nets. */
        LIBTORCH_BY_HAND("libtorch by hand", true),
        /** Its Adam adds ε before it corrects the bias: the difference is told, and its time counts all the same. */
        DL4J("DL4J", false);

        private final String title;
        private final boolean toAgree;

        Side(String title, boolean toAgree) {
            this.title = title;
            this.toAgree = toAgree;
        }

        String title() {
            return title;
        }

        /** Whether it has to compute what we do. */
        boolean isToAgree() {
            return toAgree;
        }
    }

    /**
     * One measurement.
     *
     * @param rate examples a second
     * @param bytes allocated in the Java heap by a step or a batch
     */
    record Turn(double rate, double bytes) {}

    private final Side side;
    private final Peer peer;
    private final String mode;
    private final List<Turn> turns = new ArrayList<>();

    Contestant(Side side, Peer peer, String mode) {
        this.side = side == Side.LIBTORCH && mode.startsWith("by-hand") ? Side.LIBTORCH_BY_HAND : side;
        this.peer = peer;
        this.mode = mode;
    }

    /** Whom its figures belong to: the fastest contestant of a side is the side's. */
    Side side() {
        return side;
    }

    Peer peer() {
        return peer;
    }

    String mode() {
        return mode;
    }

    void hadTurn(Turn turn) {
        turns.add(turn);
    }

    /** Warming up is over. */
    void forgetTurns() {
        turns.clear();
    }

    /** Examples a second, the median of its turns. */
    double rate() {
        return Figures.median(turns.stream().map(Turn::rate).toList());
    }

    /** Allocated in the Java heap by a step or a batch, the median of its turns. */
    double bytes() {
        return Figures.median(turns.stream().map(Turn::bytes).toList());
    }

    /** Which of its side's it is. */
    String description() {
        return mode + " (" + peer.name() + ")";
    }
}
