package dev.freshet.ingest;

import java.io.PrintStream;
import java.time.Clock;
import java.util.OptionalLong;

/** Told how far an ingest is, on the thread that runs it and after every record, so it must be quick. */
public interface Progress {
    /** @param total records to come in all; empty where there is no end */
    void started(OptionalLong total);

    /** @param acknowledged records so far */
    void advanced(long acknowledged);

    /** Always told last, whether the ingest went well or not. */
    void finished(long acknowledged);

    /** Says nothing. */
    static Progress silent() {
        return new Progress() {
            @Override
            public void started(OptionalLong total) {}

            @Override
            public void advanced(long acknowledged) {}

            @Override
            public void finished(long acknowledged) {}
        };
    }

    /** One line on a terminal, drawn over and over. */
    static Progress onTerminal(PrintStream terminal, Clock clock) {
        return new TerminalProgress(terminal, clock);
    }

    /** A line in the log every five seconds, and one at the end. */
    static Progress inLog(Clock clock) {
        return new LoggedProgress(clock);
    }
}
