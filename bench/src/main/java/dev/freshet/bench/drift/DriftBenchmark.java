package dev.freshet.bench.drift;

import dev.freshet.bench.report.Row;
import dev.freshet.core.drift.DetectorSpec;
import dev.freshet.core.drift.DetectorSpec.AdwinSpec;
import dev.freshet.core.drift.DetectorSpec.PageHinkleySpec;
import dev.freshet.core.drift.DriftDetector;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures each detector on streams without drift and with it. Always the same figures, except for times. */
public final class DriftBenchmark {
    private static final double[] STATIONARY = {0.02, 0.05, 0.1, 0.2, 0.3, 0.5};
    private static final long AFTER = 10_000;
    private static final long SEED = 1;

    private final DriftOptions options;
    private final PrintWriter out;
    private final List<Row> rows = new ArrayList<>();

    /** @param out gets a table while it grows */
    public DriftBenchmark(DriftOptions options, PrintWriter out) {
        this.options = options;
        this.out = out;
    }

    /** Runs for some ten seconds with the defaults of the command. */
    public List<Row> run() {
        Map<String, DetectorSpec> detectors = new LinkedHashMap<>();
        detectors.put("adwin", AdwinSpec.DEFAULT);
        detectors.put("page-hinkley", PageHinkleySpec.DEFAULT);
        // What libraries have for defaults; nothing fades.
        detectors.put("page-hinkley 0.005 50", new PageHinkleySpec(0.005, 50, 1, 30));
        detectors.forEach(this::measure);
        return List.copyOf(rows);
    }

    private void measure(String name, DetectorSpec spec) {
        out.printf(Locale.ROOT, "%n%s: %s%n", name, spec);
        out.printf(Locale.ROOT, "  false alarms in a million examples, of %,d without drift%n", options.examples());
        for (double rate : STATIONARY) {
            falseAlarms(name, spec, rate);
        }
        out.printf(Locale.ROOT, "  examples until a drift is found, of %,d runs%n", options.runs());
        Scenario.ALL.forEach(scenario -> delays(name, spec, scenario));
        out.flush();
    }

    private void falseAlarms(String name, DetectorSpec spec, double rate) {
        DriftDetector detector = spec.create().orElseThrow();
        long begun = System.nanoTime();
        int alarms = new ErrorStream(SEED).rises(detector, options.examples(), i -> rate);
        double nanos = (double) (System.nanoTime() - begun) / options.examples();
        double perMillion = alarms * 1e6 / options.examples();
        out.printf(Locale.ROOT, "    error rate %.2f: %6.2f   (%.0f ns an example)%n", rate, perMillion, nanos);
        rows.add(Row.alone(name + ", false alarms at " + rate, perMillion, "1/million examples"));
    }

    private void delays(String name, DetectorSpec spec, Scenario scenario) {
        double[] delays = new double[options.runs()];
        int early = 0;
        int again = 0;
        for (int run = 0; run < options.runs(); run++) {
            DriftDetector detector = spec.create().orElseThrow();
            ErrorStream stream = new ErrorStream(SEED + run);
            early += stream.rises(detector, scenario.before(), scenario.rateBefore());
            double delay = stream.untilRise(detector, AFTER, scenario.rateAfter());
            delays[run] = delay;
            if (delay < AFTER) {
                long found = (long) delay;
                again += stream.rises(
                        detector, AFTER - found, i -> scenario.rateAfter().applyAsDouble(found + i));
            }
        }
        Arrays.sort(delays);
        double median = quantile(delays, 0.5);
        double late = quantile(delays, 0.95);
        long missed = IntStream.range(0, delays.length)
                .filter(i -> Double.isInfinite(delays[i]))
                .count();
        out.printf(
                Locale.ROOT,
                "    %-20s median %s, 95 %% within %s, not within %,d: %.1f %%; alarms before it %.2f, after it %.2f%n",
                scenario.name(),
                text(median),
                text(late),
                AFTER,
                100.0 * missed / options.runs(),
                (double) early / options.runs(),
                (double) again / options.runs());
        if (Double.isFinite(median)) {
            rows.add(Row.alone(name + ", delay at " + scenario.name(), median, "examples"));
        }
    }

    private static String text(double delay) {
        return Double.isInfinite(delay) ? "    –" : String.format(Locale.ROOT, "%5.0f", delay);
    }

    /** The smallest value that at least this share of all values is not above. */
    private static double quantile(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
