package dev.freshet.bench.serving;

import dev.freshet.bench.engine.Configuration;
import dev.freshet.bench.kafka.Pictures;
import dev.freshet.bench.report.Figures;
import dev.freshet.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Single images over gRPC at a steady rate, net 784-512-512-10, in turns without swaps and while versions are published.
 * Belongs to the main thread.
 */
public final class SwapBenchmark {
    private static final Configuration NET = Configuration.trained("a");

    private final SwapOptions options;
    private final Path folder;
    private final PrintWriter out;

    /** When an answer by a version, or a newer one, came first. */
    private final NavigableMap<Long, Long> firstAnswers = new ConcurrentSkipListMap<>();

    private final AtomicLong newest = new AtomicLong();

    /** @param folder for the broker's data and for logs */
    public SwapBenchmark(SwapOptions options, Path folder, PrintWriter out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes twice the rounds' length and some seconds. */
    public List<Row> run() throws IOException, InterruptedException {
        Pictures pictures = Pictures.in(options.data());
        Calls calls = new Calls(pictures);
        out.printf(
                Locale.ROOT,
                "%,d requests/s of one image each (%s) over gRPC, net %s, %d versions a second%n",
                options.rate(),
                pictures.description(),
                NET.model().summary(),
                options.versions());
        out.flush();
        List<Load> still = new ArrayList<>();
        List<Load> swapping = new ArrayList<>();
        Map<Long, Long> committed = new TreeMap<>();
        try (ServedBroker served = ServedBroker.start(folder);
                ServedVersions versions =
                        new ServedVersions(NET, served.broker().settings())) {
            long unused = versions.publish();
            served.awaitVersion(1);
            Calls.Call call = calls.overGrpc(served.serverPort());
            load(call);
            swaps(call, versions);
            for (int round = 0; round < options.rounds(); round++) {
                still.add(load(call));
                Swaps swaps = swaps(call, versions);
                swapping.add(swaps.load());
                committed.putAll(swaps.committed());
            }
            served.awaitVersion(versions.last());
        }
        return rows(still, swapping, committed);
    }

    /** A turn with swaps: what callers saw, and when each version was committed. */
    private record Swaps(Load load, Map<Long, Long> committed) {}

    private Load load(Calls.Call call) throws InterruptedException {
        return Load.ofRate(call, options.rate(), options.length(), this::note);
    }

    private Swaps swaps(Calls.Call call, ServedVersions versions) throws InterruptedException {
        AtomicBoolean publishing = new AtomicBoolean(true);
        CompletableFuture<Map<Long, Long>> publisher = CompletableFuture.supplyAsync(() -> {
            Map<Long, Long> committed = new TreeMap<>();
            long started = System.nanoTime();
            for (int i = 0; publishing.get(); i++) {
                long due = started + i * 1_000_000_000L / options.versions();
                LockSupport.parkNanos(due - System.nanoTime());
                committed.put(versions.last() + 1, versions.publish());
            }
            return committed;
        });
        Load load = load(call);
        publishing.set(false);
        return new Swaps(load, publisher.join());
    }

    private void note(long version) {
        if (version > newest.get()) {
            long now = System.nanoTime();
            if (newest.accumulateAndGet(version, Math::max) == version) {
                firstAnswers.putIfAbsent(version, now);
            }
        }
    }

    private List<Row> rows(List<Load> still, List<Load> swapping, Map<Long, Long> committed) {
        Latencies untilAnswered = new Latencies();
        committed.forEach((version, at) -> {
            Map.Entry<Long, Long> first = firstAnswers.ceilingEntry(version);
            // The last of a turn are answered after it, or not at all.
            if (first != null) {
                untilAnswered.add(Math.max(0, first.getValue() - at));
            }
        });
        long failed = still.stream().mapToLong(Load::failures).sum()
                + swapping.stream().mapToLong(Load::failures).sum();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.alone("failed requests", (double) failed, "requests"));
        rows.add(Row.alone("versions published", committed.size(), "versions"));
        for (double share : new double[] {0.5, 0.99}) {
            rows.add(Row.ofTime(
                    String.format(Locale.ROOT, "p%.0f with swaps", 100 * share),
                    millis(swapping, share),
                    "ms",
                    millis(still, share),
                    "the same load without swaps"));
        }
        for (double share : new double[] {0.5, 0.99}) {
            rows.add(Row.alone(
                    String.format(Locale.ROOT, "commit to first answer, p%.0f", 100 * share),
                    untilAnswered.millis(share),
                    "ms"));
        }
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%s: %,.2f %s%s%n",
                    row.name(),
                    row.value(),
                    row.unit(),
                    row.baseline() == null ? "" : String.format(Locale.ROOT, ", without %.2f", row.baseline()));
        }
        out.flush();
        return rows;
    }

    private static double millis(List<Load> loads, double share) {
        return Figures.median(
                loads.stream().map(load -> load.latencies().millis(share)).toList());
    }
}
