package dev.freshet.bench.scoring;

import dev.freshet.bench.kafka.Broker;
import dev.freshet.bench.kafka.TopicEnd;
import dev.freshet.bench.process.Peer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Rounds in which a peer answers a topic full of requests. The rate is taken from a quarter of the answers to nineteen
 * twentieths of them: joining the group, the first fetches and the last commit are no part of it. Belongs to the main thread.
 */
final class Rounds {
    private static final double FROM = 0.25;
    private static final double TO = 0.95;
    private static final long LOOK_MILLIS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Without an answer for so long, there will be no more. */
    private static final Duration QUIET = Duration.ofMillis(500);

    private final Broker broker;
    private final int requests;
    private final PrintWriter out;

    /** @param requests that the topic holds */
    Rounds(Broker broker, int requests, PrintWriter out) {
        this.broker = broker;
        this.requests = requests;
        this.out = out;
    }

    /** What one side did with all requests. */
    record Round(double rate, Answers answers) {}

    /**
     * One side's turn, under a consumer group of its own.
     *
     * @param name of the round
     * @throws IllegalStateException if not every request was answered, or, exactly once, one was answered twice
     */
    Round run(Guarantee guarantee, Peer peer, String name) throws InterruptedException {
        TopicEnd predictions = broker.end(broker.topics().predictions());
        Map<TopicPartition, Long> begin = predictions.offsets();
        long started = System.nanoTime();
        peer.order("start", group(guarantee, peer, name), guarantee.name());
        double rate = steadyRate(predictions, sum(begin), started);
        awaitQuiet(predictions);
        peer.order("stop");
        Answers answers = Answers.read(broker.settings(), begin, predictions.offsets());
        predictions.clear();
        requireComplete(answers, guarantee, peer);
        out.printf(Locale.ROOT, "  %s, %s: %s %,.0f predictions/s%n", guarantee.title(), name, peer.name(), rate);
        out.flush();
        return new Round(rate, answers);
    }

    /** The consumer group that a peer is in. */
    static String group(Guarantee guarantee, Peer peer, String name) {
        return (guarantee.title() + "-" + name + "-" + peer.name()).replaceAll("[^A-Za-z0-9-]", "");
    }

    /**
     * Answers appear in leaps, a commit at a time, so both ends of the interval are leaps, too. Where there is only one,
     * because the requests were few, the interval begins with the round.
     */
    private double steadyRate(TopicEnd predictions, long before, long started) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long from = waitFor(predictions, before + (long) (FROM * requests), deadline);
        long begun = System.nanoTime();
        long to = waitFor(predictions, before + (long) (TO * requests), deadline);
        long ended = System.nanoTime();
        return to > from ? (to - from) / ((ended - begun) / 1e9) : (to - before) / ((ended - started) / 1e9);
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long waitFor(TopicEnd predictions, long count, long deadline) throws InterruptedException {
        for (long sum = predictions.sum(); ; sum = predictions.sum()) {
            if (sum >= count) {
                return sum;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the requests were not answered in time");
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private static void awaitQuiet(TopicEnd predictions) throws InterruptedException {
        long sum = predictions.sum();
        long since = System.nanoTime();
        while (System.nanoTime() - since < QUIET.toNanos()) {
            Thread.sleep(LOOK_MILLIS);
            long now = predictions.sum();
            since = now == sum ? since : System.nanoTime();
            sum = now;
        }
    }

    private void requireComplete(Answers answers, Guarantee guarantee, Peer peer) {
        boolean complete = answers.requests() == requests;
        boolean once = answers.total() == answers.requests() || guarantee == Guarantee.AT_LEAST_ONCE;
        if (!complete || !once) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "%s gave %,d answers to %,d of %,d requests",
                    peer.name(),
                    answers.total(),
                    answers.requests(),
                    requests));
        }
    }
}
