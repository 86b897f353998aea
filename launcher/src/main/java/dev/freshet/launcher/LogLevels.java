package dev.freshet.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Log levels that depend on what a command is doing, over those of {@code logback.xml}. */
final class LogLevels {
    private LogLevels() {}

    /** For a command that tells what happens in words of its own; FRESHET_LOG brings the log back. */
    static void onlyWarnings() {
        if (System.getenv("FRESHET_LOG") == null) {
            logger("dev.freshet").setLevel(Level.WARN);
        }
    }

    /** A broker that stops makes its own clients warn of a connection that is closed twice. */
    static void brokerStops() {
        noReconnects();
    }

    /** For a command that says once, and in words of its own, that no broker answers. */
    static void noReconnects() {
        logger("org.apache.kafka.clients.NetworkClient").setLevel(Level.ERROR);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
