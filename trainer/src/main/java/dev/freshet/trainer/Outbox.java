package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.kafka.Fencing;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a trainer writes: collected here, then sent with the consumed offsets in one transaction, so that readers
 * see all of it or nothing.
 *
 * <p>Transactions are encoded, sent and committed one after the other on a thread of their own, while the training thread
 * learns on: what it hands over does not change any more. What could not be committed is sent again, since the weights in
 * memory have learned from those records already. All methods are for the training thread.
 */
final class Outbox implements Output, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int ATTEMPTS = 5;
    /** A broker that is away for a minute, or restarts, is waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(2);

    private final Producer<byte[], byte[]> producer;
    private final String model;
    private final List<ProducerRecord<byte[], byte[]>> pending = new ArrayList<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Outbox::thread);
    private @Nullable ConsumerGroupMetadata group;
    private Future<?> newest = CompletableFuture.completedFuture(null);
    /** Only the writer touches it. */
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

    private Outbox(Producer<byte[], byte[]> producer, String model) {
        this.producer = producer;
        this.model = model;
    }

    private static Thread thread(Runnable body) {
        Thread thread = new Thread(body, "freshet-trainer-writer");
        thread.setDaemon(true);
        return thread;
    }

    /** Connects, and fences every older trainer of the same model: what it has not committed is lost. */
    static Outbox open(KafkaSettings kafka, String model) {
        String patience = Long.toString(PATIENCE.toMillis());
        Producer<byte[], byte[]> producer = new KafkaProducer<>(kafka.forClient(
                "trainer-outbox",
                Map.of(
                        "transactional.id",
                        kafka.topics().prefix() + "trainer." + model,
                        "transaction.timeout.ms",
                        patience,
                        "delivery.timeout.ms",
                        patience,
                        "max.block.ms",
                        patience,
                        "max.request.size",
                        Integer.toString(Topics.LARGEST_DEAD_LETTER_BYTES),
                        "compression.type",
                        "lz4",
                        // With more, a batch may overtake the first one of a new topic for good: KAFKA-15591.
                        "max.in.flight.requests.per.connection",
                        "1",
                        "key.serializer",
                        ByteArraySerializer.class.getName(),
                        "value.serializer",
                        ByteArraySerializer.class.getName())));
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        return new Outbox(producer, model);
    }

    /** To be told before the first commit. */
    void commitOffsetsOf(ConsumerGroupMetadata consumers) {
        group = consumers;
    }

    Producer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public void add(ProducerRecord<byte[], byte[]> record) {
        pending.add(record);
    }

    @Override
    public boolean isIdle() {
        return newest.isDone();
    }

    @Override
    public void commit(Parts late, Map<TopicPartition, OffsetAndMetadata> offsets, Runnable onCommitted)
            throws InterruptedException {
        await();
        List<ProducerRecord<byte[], byte[]>> added = List.copyOf(pending);
        pending.clear();
        newest = writer.submit(() -> {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(added);
            records.addAll(late.encode());
            if (!records.isEmpty() || !offsets.equals(committed)) {
                commitPatiently(records, offsets);
                committed = Map.copyOf(offsets);
            }
            onCommitted.run();
            return null;
        });
    }

    @Override
    public void await() throws InterruptedException {
        try {
            newest.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException("could not write", e.getCause());
        }
    }

    private void commitPatiently(
            List<ProducerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> offsets)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                transaction(records, offsets);
                return;
            } catch (KafkaException e) {
                if (Fencing.isBehind(e)) {
                    throw new FencedException(
                            "another trainer of model \"" + model + "\" has started; this one has stopped writing", e);
                }
                if (attempt == ATTEMPTS || !canPass(e)) {
                    throw e;
                }
                log.atWarn()
                        .addKeyValue("attempt", attempt)
                        .addKeyValue("error", e.toString())
                        .log("transaction failed, trying again");
                abort(e);
                Thread.sleep(200L << attempt);
            }
        }
    }

    /** Whether the same transaction may succeed later. */
    private static boolean canPass(KafkaException failure) {
        return !(failure instanceof AuthorizationException
                || failure instanceof ApplicationRecoverableException
                || failure instanceof InterruptException
                // The producer wraps it.
                || failure.getCause() instanceof RecordTooLargeException);
    }

    private void transaction(
            List<ProducerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> offsets) {
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> record : records) {
            // A failed send shows itself in commitTransaction.
            Future<?> unused = producer.send(record);
        }
        producer.sendOffsetsToTransaction(offsets, requireNonNull(group));
        commitTransaction();
    }

    /** A commit that timed out may have succeeded; only asking again tells. */
    private void commitTransaction() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                log.atWarn().addKeyValue("attempt", attempt).log("commit timed out, asking again");
            }
        }
    }

    private void abort(KafkaException cause) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            e.addSuppressed(cause);
            throw e;
        }
    }

    /** Another trainer of the same model has taken over. */
    static final class FencedException extends KafkaException {
        private static final long serialVersionUID = 1;

        FencedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A transaction that is under way has a moment to come to its end; readers see the whole of it then, or nothing. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(PATIENCE_AT_THE_END.toMillis(), TimeUnit.MILLISECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            writer.shutdownNow();
            Thread.currentThread().interrupt();
        }
        producer.close(PATIENCE_AT_THE_END);
    }
}
