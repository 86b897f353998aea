package dev.freshet.server.kafka;

import dev.freshet.core.kafka.KafkaSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Records and the offsets of the requests they answer: exactly once, both become visible together or not at all; at
 * least once, the broker has the records before it gets the offsets.
 *
 * <p>Belongs to one thread. After any exception only {@link #renew} and {@link #close} make sense.
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

    private final KafkaSettings kafka;
    private final KafkaPath path;
    private final MeterRegistry registry;
    private final Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable KafkaClientMetrics producerMetrics;
    private Undelivered undelivered = new Undelivered();
    private boolean open;
    private long openedNanos;

    Outbox(KafkaSettings kafka, KafkaPath path, MeterRegistry registry) {
        this.kafka = kafka;
        this.path = path;
        this.registry = registry;
    }

    /**
     * Starts over with a new producer. The broker aborts the transaction that the last one left open, or finishes a commit
     * whose answer was lost; either way the committed offsets say afterwards what has been answered.
     */
    void renew() {
        close();
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
            if (path.exactlyOnce()) {
                producer().beginTransaction();
            }
            open = true;
            openedNanos = System.nanoTime();
        }
    }

    void send(ProducerRecord<byte[], byte[]> record) {
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

    /** How long it may still collect; the time given where it does not. */
    Duration untilDue(Duration otherwise) {
        if (!open) {
            return otherwise;
        }
        long left = path.commitInterval().toNanos() - (System.nanoTime() - openedNanos);
        return Duration.ofNanos(Math.max(0, left));
    }

    boolean isDue() {
        return open && untilDue(Duration.ZERO).isZero();
    }

    /**
     * Hands over answers and offsets; blocks until the broker has them.
     *
     * @param consumer of the requests, to whose group the offsets belong
     */
    void commit(Consumer<?, ?> consumer) {
        if (path.exactlyOnce()) {
            producer().sendOffsetsToTransaction(answered, consumer.groupMetadata());
            producer().commitTransaction();
        } else {
            producer().flush();
            undelivered.throwFirst();
            consumer.commitSync(answered, COMMIT_TIMEOUT);
        }
        open = false;
        answered.clear();
    }

    /** Without waiting: an open transaction is aborted by the next producer of this name, or by its timeout. */
    @Override
    public void close() {
        open = false;
        answered.clear();
        if (producerMetrics != null) {
            producerMetrics.close();
            producerMetrics = null;
        }
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
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
