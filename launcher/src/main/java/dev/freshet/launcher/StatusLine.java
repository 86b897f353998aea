package dev.freshet.launcher;

import java.io.PrintWriter;

/** One line that is redrawn on a terminal, and a new line now and then elsewhere. Belongs to one thread. */
final class StatusLine {
    private static final long NANOS_BETWEEN_LINES = 5_000_000_000L;

    private final PrintWriter out;
    private final boolean terminal = Terminal.isStandardOutput();
    private int width;
    private long printedAt = System.nanoTime() - NANOS_BETWEEN_LINES;

    StatusLine(PrintWriter out) {
        this.out = out;
    }

    /** Shows how things are now. */
    void show(String status) {
        if (terminal) {
            // Blanks cover what a longer line has left behind.
            out.print("\r" + status + " ".repeat(Math.max(0, width - status.length())));
            width = status.length();
        } else if (System.nanoTime() - printedAt >= NANOS_BETWEEN_LINES) {
            out.println(status);
            printedAt = System.nanoTime();
        }
        out.flush();
    }

    /** Prints a line that stays. */
    void print(String line) {
        if (terminal && width > 0) {
            out.print("\r" + " ".repeat(width) + "\r");
            width = 0;
        }
        out.println(line);
        out.flush();
    }
}
