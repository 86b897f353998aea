package dev.freshet.bench.engine;

import dev.freshet.bench.engine.Contestant.Side;
import dev.freshet.bench.process.PeerFailedException;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everyone's turn, round after round, for one configuration after the other. A turn of a second is long against what
 * interrupts it; medians over rounds leave out what disturbs one of them. Belongs to the main thread.
 */
public final class EngineBenchmark {
    /**
     * Losses of so many steps must be the same before anything is timed. Rounding in another order makes a difference that grows
     * from step to step: a hundredfold from the twentieth to the fiftieth where a net learns fast.
     */
    static final int CHECKED_STEPS = 20;

    /** Relative: what rounding in another order makes of them is ten times smaller. */
    private static final double LARGEST_DIFFERENCE = 1e-3;

    /** A mode that was slower than this share of its side's fastest while warming up has no turn in the rounds. */
    private static final double WORTH_A_TURN = 0.75;

    /** What a compiler has not understood after one turn, it has after two. */
    private static final int WARM_UP_TURNS = 2;

    private static final String UNIT = "images/s";
    private static final List<Integer> BATCHES = List.of(1, 32, 256);

    private final EngineOptions options;
    private final Libtorch libtorch;
    private final Path folder;
    private final PrintWriter out;
    private final Map<DataSet, ImageSet> images = new EnumMap<>(DataSet.class);
    private final List<Row> rows = new ArrayList<>();
    /** Of one thread, in GFLOP/s; NaN before it was asked for, 0 where nobody knows. */
    private double bound = Double.NaN;

    /**
     * @param folder for workloads and logs
     * @param out where the table goes
     */
    public EngineBenchmark(EngineOptions options, Libtorch libtorch, Path folder, PrintWriter out) {
        this.options = options;
        this.libtorch = libtorch;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes some minutes. */
    public List<Row> run() throws IOException {
        for (Configuration configuration : options.trained()) {
            run(configuration, List.of(Task.training(configuration)));
        }
        for (Configuration configuration : options.scored()) {
            run(
                    configuration,
                    BATCHES.stream()
                            .map(batch -> Task.scoring(configuration, batch))
                            .toList());
        }
        addGeometricMean();
        return rows;
    }

    private void run(Configuration configuration, List<Task> tasks) throws IOException {
        ImageSet data = images(configuration.data());
        Path workload = folder.resolve("workload-" + configuration.name());
        configuration.workload(data).write(workload);
        try (Lineup lineup = new Lineup(folder, out)) {
            lineup.startFreshet(options.threads());
            lineup.start(libtorch);
            if (!options.skipped().contains("dl4j")) {
                lineup.startDl4j(options.threads());
            }
            lineup.load(workload);
            tellBound(lineup);
            for (Task task : tasks) {
                out.printf(Locale.ROOT, "%n%s: %s, %s%n", task.row(), configuration.description(), data.description());
                out.flush();
                run(task, lineup);
            }
        } finally {
            Files.delete(workload);
        }
    }

    /** Once. */
    private void tellBound(Lineup lineup) {
        if (!Double.isNaN(bound)) {
            return;
        }
        bound = 0;
        lineup.bound(options.seconds()).ifPresent(gigaflops -> {
            bound = gigaflops;
            rows.add(Row.alone("bound, 1 thread", gigaflops, "GFLOP/s"));
            out.printf(Locale.ROOT, "one thread multiplies large matrices at %.0f GFLOP/s%n", gigaflops);
        });
    }

    private ImageSet images(DataSet data) throws IOException {
        ImageSet set = images.get(data);
        if (set == null) {
            set = ImageSet.of(data, options.data());
            images.put(data, set);
        }
        return set;
    }

    private void run(Task task, Lineup lineup) {
        List<Contestant> contestants = worthATurn(task, agreeing(task, lineup));
        for (int round = 0; round < options.rounds(); round++) {
            contestants.forEach(contestant -> contestant.hadTurn(task.turn(contestant, options.seconds())));
        }
        report(task, contestants);
    }

    /** Those who can do it, having said by how much what they compute differs from what we do. */
    private List<Contestant> agreeing(Task task, Lineup lineup) {
        List<Contestant> all = lineup.contestants(task);
        Contestant ours = all.stream()
                .filter(contestant -> contestant.side() == Side.FRESHET)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("Freshet's own engine could not run " + task.row()));
        double[] expected = task.results(ours);
        List<Contestant> able = new ArrayList<>();
        Map<Side, Double> differences = new EnumMap<>(Side.class);
        for (Contestant contestant : all) {
            try {
                double difference = Figures.largestDifference(expected, task.results(contestant));
                differences.merge(contestant.side(), difference, Math::max);
                able.add(contestant);
            } catch (PeerFailedException e) {
                lineup.leaveOut(contestant.side(), e);
            }
        }
        out.println(
                task.isTraining()
                        ? String.format(
                                Locale.ROOT,
                                "  loss %.6f after %d steps without dropout",
                                expected[CHECKED_STEPS - 1],
                                CHECKED_STEPS)
                        : "  probabilities of the first batch");
        differences.forEach((side, difference) -> tell(task, side, difference));
        out.flush();
        return able;
    }

    private void tell(Task task, Side side, double difference) {
        if (side == Side.FRESHET) {
            return;
        }
        out.printf(Locale.ROOT, "    %s differs by %.1e at most%n", side.title(), difference);
        if (side.isToAgree() && !(difference <= LARGEST_DIFFERENCE)) {
            throw new IllegalStateException(
                    side.title() + " computes something else than Freshet: see " + task.row() + " above");
        }
    }

    /** Warms up, and leaves out those who need not be asked again. */
    private List<Contestant> worthATurn(Task task, List<Contestant> able) {
        for (int turn = 0; turn < WARM_UP_TURNS; turn++) {
            able.forEach(Contestant::forgetTurns);
            able.forEach(contestant -> contestant.hadTurn(task.turn(contestant, options.seconds())));
        }
        List<Contestant> worthATurn = able.stream()
                .filter(contestant -> contestant.rate()
                        >= WORTH_A_TURN
                                * fastest(able, contestant.side()).orElseThrow().rate())
                .toList();
        able.forEach(Contestant::forgetTurns);
        return worthATurn;
    }

    private static Optional<Contestant> fastest(List<Contestant> contestants, Side side) {
        return contestants.stream()
                .filter(contestant -> contestant.side() == side)
                .max(Comparator.comparingDouble(Contestant::rate));
    }

    private void report(Task task, List<Contestant> contestants) {
        Contestant ours = fastest(contestants, Side.FRESHET).orElseThrow();
        print(
                ours,
                String.format(
                        Locale.ROOT, "%.0f B allocated%s", ours.bytes(), task.isTraining() ? dense(task, ours) : ""));
        // Only libtorch's row has the task's own name: scripts compare with it.
        if (fastest(contestants, Side.LIBTORCH).isEmpty()) {
            rows.add(Row.alone(task.row(), ours.rate(), UNIT));
        }
        for (Side side : List.of(Side.LIBTORCH, Side.LIBTORCH_BY_HAND, Side.DL4J)) {
            fastest(contestants, side).ifPresent(theirs -> {
                print(theirs, String.format(Locale.ROOT, "Freshet is %.2f times as fast", ours.rate() / theirs.rate()));
                rows.add(Row.against(
                        side == Side.LIBTORCH ? task.row() : task.row() + ", " + side.title(),
                        ours.rate(),
                        UNIT,
                        theirs.rate(),
                        side.title() + ", " + theirs.description()));
            });
        }
    }

    /** What it would take if no input were 0: a step that leaves zeros out does less, and may come past the bound. */
    private String dense(Task task, Contestant ours) {
        double gigaflops = ours.rate() * task.configuration().denseFlops() / 1e9;
        return bound > 0
                ? String.format(Locale.ROOT, ", %.0f GFLOP/s, %.2f of the bound", gigaflops, gigaflops / bound)
                : String.format(Locale.ROOT, ", %.0f GFLOP/s", gigaflops);
    }

    private void print(Contestant contestant, String remark) {
        out.printf(
                Locale.ROOT,
                "  %-17s %,12.0f %s  %-22s %s%n",
                contestant.side().title(),
                contestant.rate(),
                UNIT,
                contestant.description(),
                remark);
        out.flush();
    }

    /** Of the ratios to libtorch, where all configurations were trained. */
    private void addGeometricMean() {
        List<Double> ratios = rows.stream()
                .filter(row -> row.name().matches("train [a-f]"))
                .map(Row::ratio)
                .filter(Objects::nonNull)
                .toList();
        if (ratios.size() == Configuration.TRAINED.size()) {
            double mean = Figures.geometricMean(ratios);
            out.printf(Locale.ROOT, "%ngeometric mean of the six: %.2f times libtorch%n", mean);
            rows.add(Row.against("train, geometric mean", mean, "times", 1, "libtorch"));
        }
    }
}
