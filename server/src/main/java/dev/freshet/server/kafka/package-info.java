/**
 * The path through Kafka: the topic {@code requests} in, {@code predictions} and {@code requests.dlq} out, each request
 * answered exactly once, or at least once where that is enough; one that is malformed, too. One thread polls, scores and
 * sends, another one waits for commits. Rebalances end the open collection of answers; whatever goes wrong in one is mended
 * by starting again from the committed offsets.
 */
@NullMarked
package dev.freshet.server.kafka;

import org.jspecify.annotations.NullMarked;
