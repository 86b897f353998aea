package dev.freshet.bench;

import dev.freshet.bench.report.Machine;
import dev.freshet.bench.report.Plot;
import dev.freshet.bench.report.Row;
import dev.freshet.bench.report.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a benchmark's rows go, for every benchmark. */
final class Report {
    /** Of one processor: with more to do for others, figures say little. */
    private static final double BUSY = 0.3;

    @Option(names = "--summary", paramLabel = "FILE", description = "Writes the figures there as JSON.")
    private @Nullable Path summary;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws the ratios there as SVG.")
    private @Nullable Path plot;

    /** To be called before anything runs. */
    void begin(PrintWriter out) {
        out.println(Machine.description());
        double load = Machine.load();
        if (load > BUSY) {
            out.printf(
                    Locale.ROOT, "others keep %.1f processors of this machine busy: do not trust what follows%n", load);
        }
        out.flush();
    }

    void write(String title, List<Row> rows) throws IOException {
        Summary result = new Summary(Machine.description(), rows);
        if (summary != null) {
            result.write(summary);
        }
        if (plot != null) {
            Plot.write(result, title, plot);
        }
    }
}
