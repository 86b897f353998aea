package dev.freshet.ingest;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Redraws one line: records, rate, share and time to go. */
final class TerminalProgress implements Progress {
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final PrintStream terminal;
    private final Clock clock;
    private Course course;
    private int width;

    TerminalProgress(PrintStream terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
        this.course = new Course(clock, INTERVAL, OptionalLong.empty());
    }

    @Override
    public void started(OptionalLong total) {
        course = new Course(clock, INTERVAL, total);
    }

    @Override
    public void advanced(long acknowledged) {
        if (course.isDue()) {
            draw(line(acknowledged)
                    + course.remaining(acknowledged)
                            .map(time -> ", " + Course.format(time) + " to go")
                            .orElse(""));
        }
    }

    @Override
    public void finished(long acknowledged) {
        draw(line(acknowledged) + " in " + Course.format(course.elapsed()));
        terminal.println();
    }

    private String line(long records) {
        OptionalLong percent = course.percent(records);
        return String.format(Locale.ROOT, "%,d records", records)
                + (percent.isPresent() ? " (" + percent.getAsLong() + " %)" : "")
                + String.format(Locale.ROOT, ", %,d/s", course.recordsPerSecond(records));
    }

    /** Blanks cover what a longer line has left behind. */
    private void draw(String line) {
        terminal.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
        terminal.flush();
        width = line.length();
    }
}
