package dev.freshet.ingest;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Logs a plain line now and then, for whoever reads a file later. */
final class LoggedProgress implements Progress {
    private static final Logger log = LoggerFactory.getLogger(LoggedProgress.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Clock clock;
    private Course course;

    LoggedProgress(Clock clock) {
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
            LoggingEventBuilder line = line(acknowledged);
            Optional<Duration> remaining = course.remaining(acknowledged);
            if (remaining.isPresent()) {
                line = line.addKeyValue("remaining", Course.format(remaining.get()));
            }
            line.log("ingesting");
        }
    }

    @Override
    public void finished(long acknowledged) {
        line(acknowledged)
                .addKeyValue("elapsed", Course.format(course.elapsed()))
                .log("ingest finished");
    }

    private LoggingEventBuilder line(long records) {
        LoggingEventBuilder line = log.atInfo()
                .addKeyValue("records", records)
                .addKeyValue("recordsPerSecond", course.recordsPerSecond(records));
        OptionalLong percent = course.percent(records);
        return percent.isPresent() ? line.addKeyValue("percent", percent.getAsLong()) : line;
    }
}
