package dev.freshet.ingest;

import dev.freshet.core.config.Config;
import dev.freshet.core.config.Interval;
import dev.freshet.ingest.drift.ScriptedDrift;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Settings of one ingest: how often, in which order, how fast.
 *
 * @param recordsPerSecond greater than 0; infinite for as fast as the broker takes them
 * @param epochs passes over a finite source, at least 1
 * @param shuffleSeed where there is one, each epoch visits a finite source in an order of its own, which the seed decides;
 *     an endless source is already in random order and goes on as it is
 * @param limit where there is one, at most that many records in all, at least 1
 * @param encoding of the records' values
 * @param drifts that change the stream on purpose, in the order in which they change an image; usually none
 * @param driftSeed decides what these leave to chance
 */
public record IngestConfig(
        double recordsPerSecond,
        int epochs,
        OptionalLong shuffleSeed,
        OptionalLong limit,
        Encoding encoding,
        List<ScriptedDrift> drifts,
        long driftSeed) {
    /** No limit of the rate. */
    public static final double UNLIMITED = Double.POSITIVE_INFINITY;

    /** Without drift. */
    public IngestConfig(
            double recordsPerSecond, int epochs, OptionalLong shuffleSeed, OptionalLong limit, Encoding encoding) {
        this(recordsPerSecond, epochs, shuffleSeed, limit, encoding, List.of(), 1);
    }

    public IngestConfig {
        drifts = List.copyOf(drifts);
        require(recordsPerSecond > 0, "ingest.rate must be greater than 0, was " + recordsPerSecond);
        require(epochs >= 1, "ingest.epochs must be at least 1, was " + epochs);
        require(limit.isEmpty() || limit.getAsLong() >= 1, "ingest.limit must be at least 1, was " + limit);
    }

    /** One pass in the source's order, as fast as possible. */
    public static IngestConfig onePass() {
        return new IngestConfig(UNLIMITED, 1, OptionalLong.empty(), OptionalLong.empty(), Encoding.PROTOBUF);
    }

    /**
     * Reads the section {@code ingest}: {@code rate}, {@code epochs}, {@code shuffle}, {@code limit}, {@code encoding},
     * {@code drift}, {@code seed}.
     */
    public static IngestConfig from(Config section) {
        return new IngestConfig(
                section.number("rate", UNLIMITED, Interval.openClosed(0, 1e9)),
                section.integer("epochs", 1, 1, 1_000_000),
                optional(section, "shuffle", Long.MIN_VALUE),
                optional(section, "limit", 1),
                section.oneOf("encoding", Encoding.PROTOBUF),
                driftsFrom(section),
                section.wholeNumber("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static List<ScriptedDrift> driftsFrom(Config section) {
        List<ScriptedDrift> drifts = new ArrayList<>();
        for (String text : section.texts("drift", List.of())) {
            try {
                drifts.add(ScriptedDrift.parse(text));
            } catch (IllegalArgumentException e) {
                section.problem("drift", "\"" + text + "\"", "must hold drifts of an accepted form: " + e.getMessage());
            }
        }
        return drifts;
    }

    private static OptionalLong optional(Config section, String key, long min) {
        boolean given = section.has(key);
        long value = section.wholeNumber(key, 1, min, Long.MAX_VALUE);
        return given ? OptionalLong.of(value) : OptionalLong.empty();
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
