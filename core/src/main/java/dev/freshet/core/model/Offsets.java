package dev.freshet.core.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A position in the topic {@code images}: the next offset to read in each partition.
 *
 * @param topic the topic's name
 * @param next partition to next offset; a partition that is missing has not been read from
 */
public record Offsets(String topic, SortedMap<Integer, Long> next) {
    public Offsets {
        requireNonNull(topic, "topic");
        next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
        next.forEach((partition, offset) -> {
            if (partition < 0 || offset < 0) {
                throw new IllegalArgumentException("offset " + offset + " of partition " + partition);
            }
        });
    }

    /** The beginning: nothing has been read. */
    public static Offsets none(String topic) {
        return new Offsets(topic, new TreeMap<>());
    }

    public static Offsets of(String topic, Map<Integer, Long> next) {
        return new Offsets(topic, new TreeMap<>(next));
    }

    /** The next offset to read; 0 for a partition that has not been read from. */
    public long next(int partition) {
        return next.getOrDefault(partition, 0L);
    }
}
