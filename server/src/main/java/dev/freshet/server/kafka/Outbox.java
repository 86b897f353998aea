package dev.freshet.server.kafka;

import dev.freshet.core.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Records and the offsets of the requests they answer: exactly once, both become visible together or not at all; at
 * least once, the broker has the records before it gets the offsets.
 *
 * <p>A commit takes the broker some milliseconds, in which its owner need not wait: what is sent meanwhile is held back,
 * and becomes part of the next commit when this one has succeeded.
 *
 * <p>Belongs to one thread; what blocks in a commit has a thread of its own, which touches the producer alone. After any
 * exception only {@link #renew} and {@link #close} make sense.
 */
final class Outbox implements AutoCloseable {
    /** For one call to the broker; the caller tries again, so that it can also be told to stop. */
    private static final int MAX_BLOCK_MILLIS = 10_000;

    /** A dead letter is somewhat larger than the record that it holds. */
    private static final int LARGEST_RECORD_BYTES = 8 << 20;

    /** The client's 16 KiB are a request to the broker for every hundred answers; these cost half as much on both sides. */
    private static final int BATCH_BYTES = 256 << 10;

    private static final Duration COMMIT_TIMEOUT = Duration.ofMillis(MAX_BLOCK_MILLIS);
    private static final long SHORTEST_TIMEOUT_MILLIS = 15_000;

    /** Some ten thousand answers, or few large dead letters; a commit that outlasts as many is waited for. */
    private static final long MOST_HELD_BYTES = 8 << 20;

    /** How long its owner may wait for requests while a commit is under way: what it holds back is to go on soon. */
    private static final Duration LOOK_AFTER = Duration.ofMillis(5);

    private final KafkaSettings kafka;
    private final KafkaPath path;
    private final MeterRegistry registry;
    private final ExecutorService committer = Executors.newSingleThreadExecutor(Outbox::committerThread);
    private final Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
    private final List<ProducerRecord<byte[], byte[]>> held = new ArrayList<>();
    private long heldBytes;
    private @Nullable Commit commit;
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable KafkaClientMetrics producerMetrics;
    private Undelivered undelivered = new Undelivered();
    private boolean open;
    private long openedNanos;

    /** One that is under way, and the offsets it is about. */
    private record Commit(Future<?> handingOver, Map<TopicPartition, OffsetAndMetadata> offsets) {}

    Outbox(KafkaSettings kafka, KafkaPath path, MeterRegistry registry) {
        this.kafka = kafka;
        this.path = path;
        this.registry = registry;
    }

    private static Thread committerThread(Runnable work) {
        Thread thread = new Thread(work, "freshet-kafka-commit");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Starts over with a new producer. The broker aborts the transaction that the last one left open, or finishes a commit
     * whose answer was lost; either way the committed offsets say afterwards what has been answered.
     */
    void renew() {
        drop();
        KafkaProducer<byte[], byte[]> fresh = new KafkaProducer<>(
                kafka.forClient("server-predictions", producerSettings()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        KafkaClientMetrics freshMetrics = new KafkaClientMetrics(fresh);
        freshMetrics.bindTo(registry);
        producer = fresh;
        producerMetrics = freshMetrics;
        undelivered = new Undelivered();
        if (path.exactlyOnce()) {
            fresh.initTransactions();
        }
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new HashMap<>(Map.of(
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                MAX_BLOCK_MILLIS,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                LARGEST_RECORD_BYTES));
        if (!kafka.client().containsKey(ProducerConfig.BATCH_SIZE_CONFIG)) {
            settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        }
        if (path.exactlyOnce()) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, path.transactionalId());
            settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) timeoutMillis());
        }
        return settings;
    }

    /**
     * Begins to collect unless it does already.
     *
     * @param topic will be written to
     * @param partitions that it must have
     * @throws IllegalStateException if it has fewer
     */
    void begin(String topic, int partitions) {
        int found = producer().partitionsFor(topic).size();
        if (found < partitions) {
            throw new IllegalStateException("topic " + topic + " has " + found + " partitions where at least "
                    + partitions + " are needed: predictions and requests must have the same number");
        }
        if (!open) {
            open = true;
            openedNanos = System.nanoTime();
            if (commit == null) {
                beginTransaction();
            }
        }
    }

    private void beginTransaction() {
        if (path.exactlyOnce()) {
            producer().beginTransaction();
        }
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        if (commit != null) {
            held.add(record);
            heldBytes += record.value() == null ? 0 : record.value().length;
            return;
        }
        // What goes wrong with it comes back from the commit.
        var unused = producer().send(record, undelivered);
    }

    /** To be called when all answers up to these offsets have been sent. */
    void cover(Map<TopicPartition, OffsetAndMetadata> next) {
        answered.putAll(next);
    }

    boolean isOpen() {
        return open;
    }

    /** Whether it collects, or commits what it has collected. */
    boolean isBusy() {
        return open || commit != null;
    }

    boolean isCommitting() {
        return commit != null;
    }

    /** How long its owner may wait for requests before it looks here again; the time given where there is no hurry. */
    Duration patience(Duration otherwise) {
        Duration most = commit == null ? otherwise : LOOK_AFTER;
        if (!open) {
            return most;
        }
        Duration left = Duration.ofNanos(Math.max(0, nanosLeft()));
        return left.compareTo(most) < 0 ? left : most;
    }

    private long nanosLeft() {
        return path.commitInterval().toNanos() - (System.nanoTime() - openedNanos);
    }

    /** Whether it has collected long enough. */
    boolean isDue() {
        return open && nanosLeft() <= 0;
    }

    /** Whether to {@link #endCommit} now: it has ended, or is not to be outrun any further. */
    boolean isCommitDue() {
        return commit != null && (commit.handingOver().isDone() || heldBytes >= MOST_HELD_BYTES);
    }

    /**
     * Begins to hand over what it has collected; none may be under way.
     *
     * @param consumer of the requests, to whose group the offsets belong
     */
    void beginCommit(Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(answered);
        ConsumerGroupMetadata group = consumer.groupMetadata();
        KafkaProducer<byte[], byte[]> sender = producer();
        Runnable handOver = path.exactlyOnce()
                ? () -> {
                    sender.sendOffsetsToTransaction(offsets, group);
                    sender.commitTransaction();
                }
                : sender::flush;
        commit = new Commit(committer.submit(handOver), offsets);
        open = false;
        answered.clear();
    }

    /**
     * Blocks until the broker has the answers and offsets of the commit that is under way; then what was held back goes on.
     *
     * @throws KafkaException if it does not have them
     */
    void endCommit(Consumer<?, ?> consumer) {
        Commit ending = Objects.requireNonNull(commit, "no commit is under way");
        await(ending.handingOver());
        if (!path.exactlyOnce()) {
            undelivered.throwFirst();
            consumer.commitSync(ending.offsets(), COMMIT_TIMEOUT);
        }
        commit = null;
        if (open) {
            beginTransaction();
            held.forEach(this::send);
            letGoOfHeld();
        }
    }

    private void letGoOfHeld() {
        held.clear();
        heldBytes = 0;
    }

    private static void await(Future<?> handingOver) {
        try {
            handingOver.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("a commit failed", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Without waiting: an open transaction is aborted by the next producer of this name, or by its timeout. */
    private void drop() {
        open = false;
        answered.clear();
        letGoOfHeld();
        commit = null;
        if (producerMetrics != null) {
            producerMetrics.close();
            producerMetrics = null;
        }
        if (producer != null) {
            // Ends a commit, too.
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** Drops what it holds, without waiting. */
    @Override
    public void close() {
        drop();
        committer.shutdown();
    }

    /** Long enough for a pause of this process, short enough for readers who wait for what a lost one left open. */
    private long timeoutMillis() {
        return Math.max(SHORTEST_TIMEOUT_MILLIS, 10 * path.commitInterval().toMillis());
    }

    /** What the broker did not take. The producer's thread writes, the owner's reads after a flush. */
    private static final class Undelivered implements Callback {
        private volatile @Nullable KafkaException first;

        @Override
        public void onCompletion(RecordMetadata metadata, @Nullable Exception exception) {
            if (exception != null && first == null) {
                first = exception instanceof KafkaException known
                        ? known
                        : new KafkaException("a record did not reach the broker", exception);
            }
        }

        void throwFirst() {
            KafkaException failure = first;
            if (failure != null) {
                throw failure;
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            throw new IllegalStateException("the outbox has not been opened");
        }
        return producer;
    }
}
