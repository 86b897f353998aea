package dev.freshet.bench.engine;

import dev.freshet.bench.engine.Contestant.Side;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Our engine alone, training on images in memory, for whoever wants to know what the way to it costs. */
public final class BareEngine implements AutoCloseable {
    private final Lineup lineup;
    private final Task task;
    private final List<Contestant> modes;

    private BareEngine(Lineup lineup, Task task) {
        this.lineup = lineup;
        this.task = task;
        this.modes = lineup.contestants(task);
    }

    /**
     * Starts its process.
     *
     * @param data folder of data sets
     * @param folder for the workload and a log
     */
    public static BareEngine start(Configuration configuration, Path data, Path folder) throws IOException {
        Path workload = folder.resolve("workload-" + configuration.name());
        configuration.workload(ImageSet.of(configuration.data(), data)).write(workload);
        Lineup lineup = new Lineup(folder, new PrintWriter(Writer.nullWriter()));
        lineup.startFreshet(1);
        lineup.load(workload);
        Files.delete(workload);
        return new BareEngine(lineup, Task.training(configuration));
    }

    /** Images a second. */
    public double rate(double seconds) {
        return modes.stream()
                .filter(mode -> mode.side() == Side.FRESHET)
                .mapToDouble(mode -> task.turn(mode, seconds).rate())
                .max()
                .orElseThrow();
    }

    @Override
    public void close() {
        lineup.close();
    }
}
