package dev.freshet.core.kafka;

import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.registry.Authorship;
import dev.freshet.core.registry.Catalog;
import dev.freshet.core.registry.Change;
import dev.freshet.core.registry.Serving;
import dev.freshet.core.registry.ServingDecision;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code serving}, one record a model, and the one way to change it: each change is made to the state that the
 * change before it left, whoever makes them and wherever.
 *
 * <p>Who changes a model's state takes its transactional id, which fences everybody who is in the middle of a change of it,
 * and only then reads. Methods block, on any thread; each uses clients of its own.
 */
public final class Registry {
    private static final Logger log = LoggerFactory.getLogger(Registry.class);
    private static final String PATIENCE_MILLIS = "15000";
    /** What a process that dies within a change leaves open keeps the changes of other models waiting for so long. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 10_000;

    private static final int ATTEMPTS = 40;
    private static final int COMMIT_ATTEMPTS = 3;
    private static final int BACKOFF_MILLIS = 100;
    private static final int LONGEST_BACKOFF_MILLIS = 2_000;

    private final KafkaSettings kafka;
    private final Clock clock;

    public Registry(KafkaSettings kafka, Clock clock) {
        this.kafka = impatient(kafka);
        this.clock = clock;
    }

    private static KafkaSettings impatient(KafkaSettings kafka) {
        Map<String, String> client = new HashMap<>(kafka.client());
        client.putIfAbsent("default.api.timeout.ms", PATIENCE_MILLIS);
        return new KafkaSettings(client, kafka.topics());
    }

    /**
     * Reads a record of the topic.
     *
     * @param key the model's name
     * @param value null for a record that was deleted
     * @return the state; {@linkplain Serving#initial the first} where there is none
     * @throws IllegalArgumentException if it is not readable
     */
    public static Serving read(String key, byte @Nullable [] value) {
        return value == null ? Serving.initial(key) : SnapshotCodec.fromJson(value, Serving.class);
    }

    /**
     * The states of all models by name, as they are now.
     *
     * @throws KafkaException if the broker refuses, or does not answer in time
     * @throws IllegalArgumentException if a state is not readable
     */
    public Map<String, Serving> readAll() {
        Map<String, byte[]> newest = new HashMap<>();
        StateTopic.readAllToEnd(kafka, kafka.topics().serving(), "registry", record -> {
            if (record.key() != null && record.value() != null) {
                newest.put(record.key(), record.value());
            } else if (record.key() != null) {
                newest.remove(record.key());
            }
        });
        Map<String, Serving> states = new HashMap<>();
        newest.forEach((model, value) -> states.put(model, read(model, value)));
        return states;
    }

    /** The state of one model, {@linkplain #readAll as it is now}. */
    public Serving read(String model) {
        return Optional.ofNullable(readAll().get(model)).orElseGet(() -> Serving.initial(model));
    }

    /**
     * Makes a change, and notes it in the topic {@code decisions}: both or neither.
     *
     * @param catalog the model's versions; asked once the state has been read, and again where another change came between
     * @return what was decided; the state after it is the newest
     * @throws dev.freshet.core.registry.RefusedChangeException if the state does not allow it
     * @throws IllegalArgumentException if the change itself is wrong
     * @throws KafkaException if the broker refuses, does not answer in time, or others changed the state all the time
     */
    public ServingDecision change(String model, Change change, Authorship by, Supplier<Catalog> catalog) {
        UUID changeId = UUID.randomUUID();
        @Nullable ServingDecision sent = null;
        for (int attempt = 1; ; attempt++) {
            try (Producer<byte[], byte[]> producer = producer(model)) {
                producer.initTransactions();
                Serving before = read(model);
                if (sent != null && wasMade(model, changeId)) {
                    // It was committed before it was fenced, and only the answer got lost.
                    return sent;
                }
                sent = ServingDecision.of(change, changeId, before, catalog.get(), by, clock.instant());
                commit(producer, sent);
                return sent;
            } catch (KafkaException e) {
                if (!Fencing.isBehind(e) || attempt == ATTEMPTS) {
                    throw e;
                }
                log.atDebug().addKeyValue("attempt", attempt).log("another change came between, beginning again");
                pause(attempt);
            }
        }
    }

    /** Whether the newest state of a model comes from a change, or one before it that came moments ago. */
    private boolean wasMade(String model, UUID changeId) {
        boolean[] found = new boolean[1];
        // Compaction leaves the newest segment alone.
        StateTopic.readAllToEnd(kafka, kafka.topics().serving(), "registry", record -> {
            if (model.equals(record.key()) && record.value() != null) {
                found[0] |= new String(record.value(), StandardCharsets.UTF_8).contains(changeId.toString());
            }
        });
        return found[0];
    }

    private Producer<byte[], byte[]> producer(String model) {
        return new KafkaProducer<>(
                kafka.forClient(
                        "registry",
                        Map.of(
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                kafka.topics().prefix() + "serving." + model,
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                TRANSACTION_TIMEOUT_MILLIS,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                Integer.parseInt(PATIENCE_MILLIS),
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                Integer.parseInt(PATIENCE_MILLIS),
                                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                Integer.parseInt(PATIENCE_MILLIS) / 3)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private void commit(Producer<byte[], byte[]> producer, ServingDecision decision) {
        byte[] key = decision.model().getBytes(StandardCharsets.UTF_8);
        producer.beginTransaction();
        // A failed send shows itself in commitTransaction.
        Future<?> state = producer.send(
                new ProducerRecord<>(kafka.topics().serving(), 0, key, SnapshotCodec.toJson(decision.after())));
        ProducerRecord<byte[], byte[]> audit =
                new ProducerRecord<>(kafka.topics().decisions(), key, SnapshotCodec.toJson(decision));
        Records.put(audit.headers(), Records.CONTENT_TYPE, "application/json");
        Future<?> unused = producer.send(audit);
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                // It may have succeeded; only asking again tells.
                if (attempt == COMMIT_ATTEMPTS) {
                    throw e;
                }
                log.atWarn().addKeyValue("sent", state.isDone()).log("commit timed out, asking again");
            }
        }
    }

    /** Of a random length, so that two who fence each other do not go on doing so. */
    private static void pause(int attempt) {
        try {
            int longest = Math.min(attempt * BACKOFF_MILLIS, LONGEST_BACKOFF_MILLIS);
            Thread.sleep(ThreadLocalRandom.current().nextInt(longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted between two tries of a change", e);
        }
    }
}
