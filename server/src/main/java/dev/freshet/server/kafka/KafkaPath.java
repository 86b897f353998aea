package dev.freshet.server.kafka;

import java.time.Duration;

/**
 * Settings of the path through Kafka.
 *
 * @param groupId the consumer group that shares the requests
 * @param instanceId names this instance for ever: one that comes back under it ends what it left open at once
 * @param exactlyOnce whether answers and offsets share a transaction; else a request may be answered again after a crash
 * @param commitInterval how long answers are collected before they are committed
 * @param maxPollRecords requests scored as one batch at most, at least 1
 */
public record KafkaPath(
        String groupId, String instanceId, boolean exactlyOnce, Duration commitInterval, int maxPollRecords) {
    public KafkaPath {
        if (groupId.isBlank() || instanceId.isBlank()) {
            throw new IllegalArgumentException("group-id and instance-id must not be empty");
        }
        if (commitInterval.isNegative() || commitInterval.isZero()) {
            throw new IllegalArgumentException("commit-interval must be positive, was " + commitInterval);
        }
        if (maxPollRecords < 1) {
            throw new IllegalArgumentException("max-poll-records must be at least 1, was " + maxPollRecords);
        }
    }

    String transactionalId() {
        return "freshet-server-" + instanceId;
    }
}
