package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
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
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a trainer writes: collected here, then sent with the consumed offsets in one transaction, so that readers
 * see all of it or nothing.
 *
 * <p>What could not be committed is kept and sent again: the weights in memory have learned from those records already.
 */
final class Outbox implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Outbox.class);
    private static final int ATTEMPTS = 5;
    /** A broker that is away for a minute, or restarts, is waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Producer<byte[], byte[]> producer;
    private final String model;
    private final List<ProducerRecord<byte[], byte[]>> pending = new ArrayList<>();
    private Map<TopicPartition, OffsetAndMetadata> committed = Map.of();

    private Outbox(Producer<byte[], byte[]> producer, String model) {
        this.producer = producer;
        this.model = model;
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

    Producer<byte[], byte[]> producer() {
        return producer;
    }

    void add(ProducerRecord<byte[], byte[]> record) {
        pending.add(record);
    }

    /**
     * Sends all that was added, with the offsets, in one transaction; nothing to do costs nothing.
     *
     * @param group whose offsets they are
     * @throws FencedException if another trainer of this model has started
     * @throws InterruptException if the thread was interrupted; the whole is visible to readers then, or nothing
     * @throws KafkaException if the broker goes on refusing; nothing of it is visible to readers then
     */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group)
            throws InterruptedException {
        if (pending.isEmpty() && offsets.equals(committed)) {
            return;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                transaction(offsets, group);
                pending.clear();
                committed = Map.copyOf(offsets);
                return;
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                throw new FencedException(
                        "another trainer of model \"" + model + "\" has started; this one has stopped writing", e);
            } catch (AuthorizationException | ApplicationRecoverableException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                // What is too large now, which the producer wraps, will be too large next time.
                if (attempt == ATTEMPTS || e.getCause() instanceof RecordTooLargeException) {
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

    private void transaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> record : pending) {
            // A failed send shows itself in commitTransaction.
            Future<?> unused = producer.send(record);
        }
        producer.sendOffsetsToTransaction(offsets, group);
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

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
