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

/**
 * Single images over gRPC and REST, net 784-32-32-32-10, in turns with an {@link Echo} that answers the same bytes on the
 * same stack. Belongs to the main thread.
 */
public final class UnaryBenchmark {
    private static final String ECHO = "echo on the same stack";
    private static final String UNREAD = "echo that reads no body";
    /** Until the compiler has come to all that a request runs through, which it does beside the load. */
    private static final int WARM_UP_REQUESTS_PER_CALLER = 4_000;

    private static final int MOST_WARM_UPS = 10;

    private final UnaryOptions options;
    private final Path folder;
    private final PrintWriter out;

    /** @param folder for the broker's data and for logs */
    public UnaryBenchmark(UnaryOptions options, Path folder, PrintWriter out) {
        this.options = options;
        this.folder = folder;
        this.out = out;
    }

    /** Runs everything; takes a minute or two. */
    public List<Row> run() throws IOException, InterruptedException {
        Pictures pictures = Pictures.in(options.data());
        Calls calls = new Calls(pictures);
        out.printf(
                Locale.ROOT,
                "%d callers of one image each (%s), net %s%n",
                options.callers(),
                pictures.description(),
                Configuration.CRAYFISH.model().summary());
        List<Row> rows = new ArrayList<>();
        try (ServedBroker served = ServedBroker.start(folder);
                ServedVersions versions = new ServedVersions(
                        Configuration.CRAYFISH, served.broker().settings())) {
            long unused = versions.publish();
            served.awaitVersion(1);
            int server = served.serverPort();
            int echo = served.echoPort();
            Calls.teach(echo, "grpc", calls.answer(server).toByteArray());
            compare("gRPC", served, calls.overGrpc(server), List.of(new Side(ECHO, calls.overGrpc(echo))), rows);
            Calls.teach(echo, "http", calls.body(server, false));
            compare(
                    "REST, binary",
                    served,
                    calls.overBinary(server),
                    List.of(
                            new Side(ECHO, calls.overBinary(echo)),
                            new Side(UNREAD, calls.overBinary(echo, Echo.UNREAD))),
                    rows);
            Calls.teach(echo, "http", calls.body(server, true));
            compare(
                    "REST, JSON",
                    served,
                    calls.overJson(server),
                    List.of(new Side(ECHO, calls.overJson(echo)), new Side(UNREAD, calls.overJson(echo, Echo.UNREAD))),
                    rows);
        }
        return rows;
    }

    /** What the server is compared with; the first of them is {@link #ECHO}. */
    private record Side(String name, Calls.Call call) {}

    /** One side's turn, and the CPU time that the process of all took for each request. */
    private record Turn(Load load, double cpuMicros) {}

    private void compare(String name, ServedBroker served, Calls.Call server, List<Side> echoes, List<Row> rows)
            throws InterruptedException {
        List<Turn> ours = new ArrayList<>();
        List<List<Turn>> theirs = new ArrayList<>();
        warmUp(server);
        for (Side echo : echoes) {
            warmUp(echo.call());
            theirs.add(new ArrayList<>());
        }
        for (int round = 0; round <= options.rounds(); round++) {
            Turn own = turn(name, served, server);
            if (round > 0) {
                ours.add(own);
            }
            for (int i = 0; i < echoes.size(); i++) {
                Turn other = turn(
                        name + ", " + echoes.get(i).name(),
                        served,
                        echoes.get(i).call());
                if (round > 0) {
                    theirs.get(i).add(other);
                }
            }
        }
        reportRate(name, ours, ECHO, theirs.get(0), rows);
        reportLatency(name, ours, theirs.get(0), rows);
        for (int i = 1; i < echoes.size(); i++) {
            reportRate(name + " beside bytes", ours, echoes.get(i).name(), theirs.get(i), rows);
        }
        out.flush();
    }

    private void reportRate(String name, List<Turn> ours, String echo, List<Turn> echoed, List<Row> rows) {
        Row rate = Row.against(name + ", requests", rate(ours), "requests/s", rate(echoed), echo);
        Row cpu = Row.ofTime(name + ", CPU time", cpu(ours), "us", cpu(echoed), echo);
        rows.add(rate);
        rows.add(cpu);
        out.printf(
                Locale.ROOT,
                "%s: %,.0f requests/s, the %s %,.0f: %.2f of it; CPU time of a request %.1f us, %.1f us%n",
                name,
                rate.value(),
                echo,
                rate.baseline(),
                rate.ratio(),
                cpu.value(),
                cpu.baseline());
    }

    private void reportLatency(String name, List<Turn> ours, List<Turn> echoed, List<Row> rows) {
        for (double share : new double[] {0.5, 0.99}) {
            String which = String.format(Locale.ROOT, "%s, p%.0f", name, 100 * share);
            Row time = Row.ofTime(which, millis(ours, share), "ms", millis(echoed, share), ECHO);
            rows.add(time);
            out.printf(Locale.ROOT, "  %s %.3f ms, the echo %.3f ms%n", which, time.value(), time.baseline());
        }
    }

    private Turn turn(String name, ServedBroker served, Calls.Call call) throws InterruptedException {
        long before = served.cpuNanos();
        Load load = Load.ofCallers(call, options.callers(), options.length());
        long nanos = served.cpuNanos() - before;
        if (load.failures() > 0) {
            throw new IllegalStateException(name + ": " + load.failures() + " requests failed");
        }
        return new Turn(load, nanos / 1e3 / load.latencies().count());
    }

    /** By requests, since a busy machine compiles late; but no longer than some turns. */
    private void warmUp(Calls.Call call) throws InterruptedException {
        int answered = 0;
        for (int turn = 0; turn < MOST_WARM_UPS && answered < options.callers() * WARM_UP_REQUESTS_PER_CALLER; turn++) {
            answered += Load.ofCallers(call, options.callers(), options.length())
                    .latencies()
                    .count();
        }
    }

    private static double rate(List<Turn> turns) {
        return Figures.median(turns.stream().map(turn -> turn.load().rate()).toList());
    }

    private static double cpu(List<Turn> turns) {
        return Figures.median(turns.stream().map(Turn::cpuMicros).toList());
    }

    private static double millis(List<Turn> turns, double share) {
        return Figures.median(turns.stream()
                .map(turn -> turn.load().latencies().millis(share))
                .toList());
    }
}
