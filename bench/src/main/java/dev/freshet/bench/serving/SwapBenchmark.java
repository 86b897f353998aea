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
import java.util.stream.Stream;

/**
 * Single images over gRPC at a steady rate, net 784-512-512-10, in turns: without swaps, while versions of another
 * model are published, which costs the machine as much but the server no swap, and while its own are.
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

    /** Runs everything; takes three times the rounds' length and some seconds. */
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
        List<Load> beside = new ArrayList<>();
        List<Load> swapping = new ArrayList<>();
        Map<Long, Long> committed = new TreeMap<>();
        try (ServedBroker served = ServedBroker.start(folder);
                ServedVersions versions =
                        new ServedVersions(NET, served.broker().settings());
                ServedVersions others = new ServedVersions(NET, served.broker().settings(), "other")) {
            long unused = versions.publish();
            served.awaitVersion(1);
            Calls.Call call = calls.overGrpc(served.serverPort());
            load(call);
            published(others, call);
            published(versions, call);
            for (int round = 0; round < options.rounds(); round++) {
                still.add(load(call));
                beside.add(published(others, call).load());
                Published swaps = published(versions, call);
                swapping.add(swaps.load());
                committed.putAll(swaps.committed());
            }
            served.awaitVersion(versions.last());
        }
        return rows(still, beside, swapping, committed);
    }

    /** A turn in which versions were published: what callers saw, and when each of them was committed. */
    private record Published(Load load, Map<Long, Long> committed) {}

    private Load load(Calls.Call call) throws InterruptedException {
        return Load.ofRate(call, options.rate(), options.length(), this::note);
    }

    private Published published(ServedVersions versions, Calls.Call call) throws InterruptedException {
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
        return new Published(load, publisher.join());
    }

    private void note(long version) {
        if (version > newest.get()) {
            long now = System.nanoTime();
            if (newest.accumulateAndGet(version, Math::max) == version) {
                firstAnswers.putIfAbsent(version, now);
            }
        }
    }

    private List<Row> rows(List<Load> still, List<Load> beside, List<Load> swapping, Map<Long, Long> committed) {
        Latencies untilAnswered = new Latencies();
        committed.forEach((version, at) -> {
            Map.Entry<Long, Long> first = firstAnswers.ceilingEntry(version);
            // The last of a turn are answered after it, or not at all.
            if (first != null) {
                untilAnswered.add(Math.max(0, first.getValue() - at));
            }
        });
        long failed = Stream.of(still, beside, swapping)
                .flatMap(List::stream)
                .mapToLong(Load::failures)
                .sum();
        List<Row> rows = new ArrayList<>();
        rows.add(Row.alone("failed requests", (double) failed, "requests"));
        rows.add(Row.alone("versions published", committed.size(), "versions"));
        compare(rows, "with swaps", swapping, still, "the same load without swaps");
        compare(rows, "with swaps, beside as much publishing", swapping, beside, "as much published for another model");
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
                    row.baseline() == null
                            ? ""
                            : String.format(Locale.ROOT, ", %s %.2f", row.baselineName(), row.baseline()));
        }
        out.flush();
        return rows;
    }

    private static void compare(List<Row> rows, String what, List<Load> loads, List<Load> others, String baseline) {
        for (double share : new double[] {0.5, 0.99}) {
            rows.add(Row.ofTime(
                    String.format(Locale.ROOT, "p%.0f %s", 100 * share, what),
                    millis(loads, share),
                    "ms",
                    millis(others, share),
                    baseline));
        }
    }

    private static double millis(List<Load> loads, double share) {
        return Figures.median(
                loads.stream().map(load -> load.latencies().millis(share)).toList());
    }
}
