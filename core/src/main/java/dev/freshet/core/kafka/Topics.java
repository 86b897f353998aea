package dev.freshet.core.kafka;

import dev.freshet.core.config.Config;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics' names and the settings they are created with.
 *
 * @param prefix put before every name, such as {@code freshet.}
 * @param partitions of the topics that scale with them, at least 1
 * @param replicationFactor of every topic; -1 for the broker's default
 */
public record Topics(String prefix, int partitions, short replicationFactor) {
    private static final String PREFIX_RULE = "must consist of at most 200 letters, digits, '.', '_' and '-'";
    private static final short BROKER_DEFAULT = -1;
    /** For {@code max.request.size} of those who write dead letters. */
    public static final int LARGEST_DEAD_LETTER_BYTES = 2 << 20;

    private static final String WEEK = Long.toString(7L * 24 * 60 * 60 * 1000);
    private static final String YEAR = Long.toString(365L * 24 * 60 * 60 * 1000);

    public Topics {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException("topics.prefix " + PREFIX_RULE + ", was \"" + prefix + "\"");
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("topics.partitions must be at least 1, was " + partitions);
        }
        if (replicationFactor < 1 && replicationFactor != BROKER_DEFAULT) {
            throw new IllegalArgumentException(
                    "topics.replication-factor must be at least 1, or -1 for the broker's default, was "
                            + replicationFactor);
        }
    }

    /**
     * A topic as it is created when missing.
     *
     * @param settings topic-level settings that differ from the broker's
     */
    public record Topic(String name, int partitions, short replicationFactor, Map<String, String> settings) {}

    public static Topics withPrefix(String prefix) {
        return new Topics(prefix, 4, BROKER_DEFAULT);
    }

    /** Reads the section {@code topics}. */
    public static Topics from(Config config) {
        String prefix = config.text("prefix", "freshet.");
        if (!isPrefix(prefix)) {
            config.problem("prefix", "\"" + prefix + "\"", PREFIX_RULE);
            prefix = "freshet.";
        }
        int partitions = config.integer("partitions", 4, 1, 10_000);
        int replicationFactor = config.integer("replication-factor", BROKER_DEFAULT, -1, 32_767);
        if (replicationFactor == 0) {
            config.problem("replication-factor", 0, "must be at least 1, or -1 for the broker's default");
            replicationFactor = BROKER_DEFAULT;
        }
        return new Topics(prefix, partitions, (short) replicationFactor);
    }

    private static boolean isPrefix(String prefix) {
        return prefix.matches("[A-Za-z0-9._-]*") && prefix.length() <= 200;
    }

    public String images() {
        return prefix + "images";
    }

    public String imagesDeadLetters() {
        return prefix + "images.dlq";
    }

    public String requests() {
        return prefix + "requests";
    }

    public String requestsDeadLetters() {
        return prefix + "requests.dlq";
    }

    public String predictions() {
        return prefix + "predictions";
    }

    public String models() {
        return prefix + "models";
    }

    public String checkpoints() {
        return prefix + "checkpoints";
    }

    public String serving() {
        return prefix + "serving";
    }

    public String decisions() {
        return prefix + "decisions";
    }

    /** All of them, as they are created. */
    public List<Topic> all() {
        Map<String, String> week = Map.of("cleanup.policy", "delete", "retention.ms", WEEK);
        Map<String, String> year = Map.of("cleanup.policy", "delete", "retention.ms", YEAR);
        // A dead letter is a record of up to the broker's default size, 1 MiB, with headers that say what was wrong.
        Map<String, String> deadLetters = new HashMap<>(week);
        deadLetters.put("max.message.bytes", Integer.toString(LARGEST_DEAD_LETTER_BYTES));
        // A version must stay readable from its first chunk on, however long a server was away.
        Map<String, String> compacted = Map.of("cleanup.policy", "compact");
        // A checkpoint makes the one before it useless: small segments, since the one that is written to is not
        // compacted.
        Map<String, String> overwritten = Map.of(
                "cleanup.policy",
                "compact",
                "segment.bytes",
                Integer.toString(64 << 20),
                "min.cleanable.dirty.ratio",
                "0.1");
        return List.of(
                new Topic(images(), partitions, replicationFactor, week),
                new Topic(imagesDeadLetters(), 1, replicationFactor, deadLetters),
                new Topic(requests(), partitions, replicationFactor, week),
                new Topic(requestsDeadLetters(), 1, replicationFactor, deadLetters),
                new Topic(predictions(), partitions, replicationFactor, week),
                new Topic(models(), 1, replicationFactor, compacted),
                new Topic(checkpoints(), 1, replicationFactor, overwritten),
                // Apart from versions: a trainer that dies while it publishes must not hold up a rollback.
                new Topic(serving(), 1, replicationFactor, compacted),
                new Topic(decisions(), 1, replicationFactor, year));
    }
}
