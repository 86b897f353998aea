package dev.freshet.bench.engine;

import dev.freshet.bench.engine.Contestant.Side;
import dev.freshet.bench.process.JavaCommand;
import dev.freshet.bench.process.Peer;
import dev.freshet.bench.process.PeerFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The processes of one configuration, new for each: what a compiler has learned from one net must neither help nor hurt
 * the next. Belongs to the main thread.
 */
final class Lineup implements AutoCloseable {
    private final Path folder;
    private final PrintWriter out;
    private final List<Member> members = new ArrayList<>();

    private record Member(Side side, Peer peer) {}

    /**
     * Starts nothing yet.
     *
     * @param folder for logs
     */
    Lineup(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    void startFreshet(int threads) throws IOException {
        startEngine(Side.FRESHET, List.of("cpu", Integer.toString(threads)), JavaCommand.KERNELS);
    }

    void startDl4j(int threads) throws IOException {
        startEngine(Side.DL4J, List.of("dl4j", Integer.toString(threads)), List.of());
    }

    private void startEngine(Side side, List<String> engine, List<String> flags) throws IOException {
        List<String> command =
                JavaCommand.of(JavaCommand.ownClassPath(), flags, EngineContender.class.getName(), engine);
        String name = engine.get(0);
        members.add(new Member(side, Peer.start(name, command, Map.of(), log(name))));
    }

    void start(Libtorch libtorch) throws IOException {
        for (Libtorch.Variant variant : libtorch.variants()) {
            Peer peer = Peer.start(variant.name(), variant.command(), variant.environment(), log("libtorch"));
            members.add(new Member(Side.LIBTORCH, peer));
        }
    }

    private Path log(String contender) {
        return folder.resolve(contender + ".log");
    }

    /** Hands everyone the workload in a file. */
    void load(Path workload) {
        for (Member member : List.copyOf(members)) {
            try {
                member.peer().order("load", workload.toString());
            } catch (PeerFailedException e) {
                leaveOut(member.side(), e);
                members.remove(member);
                member.peer().close();
            }
        }
    }

    /** Every mode of every process. */
    List<Contestant> contestants(Task task) {
        List<Contestant> contestants = new ArrayList<>();
        for (Member member : members) {
            try {
                for (String mode : task.modes(member.peer())) {
                    contestants.add(new Contestant(member.side(), member.peer(), mode));
                }
            } catch (PeerFailedException e) {
                leaveOut(member.side(), e);
            }
        }
        return contestants;
    }

    /**
     * Billions of floating-point operations a second with which one thread multiplies large matrices, in the fastest
     * library that is there: what no net on this machine comes past.
     */
    OptionalDouble bound(double seconds) {
        return members.stream()
                .filter(member -> member.side() == Side.LIBTORCH)
                .mapToDouble(member -> member.peer().numbers("multiply", Double.toString(seconds))[0])
                .max();
    }

    /** Says that someone cannot take part, such as an engine that lacks what a configuration asks for. */
    void leaveOut(Side side, PeerFailedException why) {
        out.printf("  %s is left out: %s%n", side.title(), why.getMessage());
        out.flush();
    }

    @Override
    public void close() {
        members.forEach(member -> member.peer().close());
    }
}
