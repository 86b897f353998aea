package dev.freshet.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * Ratios as bars on a logarithmic scale, from the line at 1: to its right Freshet is faster. Rows without a baseline are
 * left out.
 */
public final class Plot {
    private static final int WIDTH = 760;
    private static final int NAMES = 210;
    private static final int FIGURES = 70;
    private static final int BAR = 16;
    private static final int PITCH = 24;
    private static final int TOP = 44;
    private static final int BOTTOM = 44;
    private static final double[] TICKS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000};

    private final List<Row> rows;
    private final double from;
    private final double to;

    private Plot(List<Row> rows) {
        this.rows = rows.stream().filter(row -> row.ratio() != null).toList();
        this.from = Math.min(0.5, ratios().min().orElse(1)) / 1.1;
        this.to = Math.max(2, ratios().max().orElse(1)) * 1.1;
    }

    private DoubleStream ratios() {
        return rows.stream().mapToDouble(Plot::ratio);
    }

    /** Writes an SVG file. */
    public static void write(Summary summary, String title, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, of(summary, title));
    }

    /** The SVG document. */
    static String of(Summary summary, String title) {
        return new Plot(summary.rows()).draw(title, summary.machine());
    }

    private String draw(String title, String machine) {
        int bottom = TOP + rows.size() * PITCH;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %1$d %2$d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
                WIDTH,
                bottom + BOTTOM));
        svg.append(text(10, 20, "start", "#222222", title));
        for (double tick : TICKS) {
            if (tick >= from && tick <= to) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1=\"%.1f\" x2=\"%1$.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\"/>%n",
                        x(tick),
                        TOP - 6,
                        bottom,
                        tick == 1 ? "#222222" : "#dddddd"));
                svg.append(text(x(tick), bottom + 16, "middle", "#555555", number(tick) + "×"));
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            svg.append(bar(rows.get(i), TOP + i * PITCH));
        }
        svg.append(text(10, bottom + 36, "start", "#555555", machine));
        return svg.append("</svg>\n").toString();
    }

    private String bar(Row row, int y) {
        double end = x(ratio(row));
        double one = x(1);
        return text(NAMES - 10, y + 12, "end", "#222222", row.name())
                + String.format(
                        Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>%n",
                        Math.min(one, end),
                        y,
                        Math.abs(end - one),
                        BAR,
                        ratio(row) >= 1 ? "#2a7f9e" : "#c4622d",
                        escape(String.format(
                                Locale.ROOT,
                                "%,.0f %s against %,.0f of %s",
                                row.value(),
                                row.unit(),
                                row.baseline(),
                                row.baselineName())))
                + text(Math.max(one, end) + 6, y + 12, "start", "#222222", number(ratio(row)) + "×");
    }

    private double x(double ratio) {
        double share = Math.log(ratio / from) / Math.log(to / from);
        return NAMES + share * (WIDTH - NAMES - FIGURES);
    }

    private static double ratio(Row row) {
        return Objects.requireNonNull(row.ratio());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 10 || value == Math.rint(value) ? "%.0f" : "%.2g", value);
    }

    private static String text(double x, double y, String anchor, String colour, String text) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                escape(text));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
