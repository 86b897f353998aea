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
 * Single images over gRPC and REST, net 784-32-32-32-10, in turns with an echo that answers the same bytes on the same
 * stack without looking at the request. Belongs to the main thread.
 */
public final class UnaryBenchmark {
    private static final String ECHO = "echo on the same stack";
    private static final int WARM_UP_REQUESTS_PER_CALLER = 1_000;
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
            compare("gRPC", calls.overGrpc(server), calls.overGrpc(echo), rows);
            Calls.teach(echo, "http", calls.body(server, false));
            compare("REST, binary", calls.overBinary(server), calls.overBinary(echo), rows);
            Calls.teach(echo, "http", calls.body(server, true));
            compare("REST, JSON", calls.overJson(server), calls.overJson(echo), rows);
        }
        return rows;
    }

    private void compare(String name, Calls.Call server, Calls.Call echo, List<Row> rows) throws InterruptedException {
        List<Load> ours = new ArrayList<>();
        List<Load> echoed = new ArrayList<>();
        warmUp(server);
        warmUp(echo);
        for (int round = 0; round <= options.rounds(); round++) {
            Load one = Load.ofCallers(server, options.callers(), options.length());
            Load other = Load.ofCallers(echo, options.callers(), options.length());
            if (one.failures() + other.failures() > 0) {
                throw new IllegalStateException(name + ": " + one.failures() + " requests to the server failed, "
                        + other.failures() + " to the echo");
            }
            if (round > 0) {
                ours.add(one);
                echoed.add(other);
            }
        }
        Row rate = Row.against(name + ", requests", rate(ours), "requests/s", rate(echoed), ECHO);
        rows.add(rate);
        out.printf(
                Locale.ROOT,
                "%s: %,.0f requests/s, the echo %,.0f: %.2f of it%n",
                name,
                rate.value(),
                rate.baseline(),
                rate.ratio());
        for (double share : new double[] {0.5, 0.99}) {
            String which = String.format(Locale.ROOT, "%s, p%.0f", name, 100 * share);
            Row time = Row.ofTime(which, millis(ours, share), "ms", millis(echoed, share), ECHO);
            rows.add(time);
            out.printf(Locale.ROOT, "  %s %.3f ms, the echo %.3f ms%n", which, time.value(), time.baseline());
        }
        out.flush();
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

    private static double rate(List<Load> loads) {
        return Figures.median(loads.stream().map(Load::rate).toList());
    }

    private static double millis(List<Load> loads, double share) {
        return Figures.median(
                loads.stream().map(load -> load.latencies().millis(share)).toList());
    }
}
