package dev.freshet.server.kafka;

import dev.freshet.core.data.ContentTypes;
import dev.freshet.core.data.RecordDecoder;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.protocol.v1.Failure;
import dev.freshet.protocol.v1.Prediction;
import dev.freshet.server.kafka.RequestBatch.Reject;
import dev.freshet.server.kafka.RequestBatch.Request;
import dev.freshet.server.model.Lease;
import dev.freshet.server.model.NoModelException;
import dev.freshet.server.model.PathMeters;
import dev.freshet.server.model.Route;
import dev.freshet.server.model.ServedModel;
import dev.freshet.server.thread.Worker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the topic {@code requests}: each poll is scored as one batch by one version, or as two where there is a canary;
 * answers, dead letters and offsets of a commit interval become visible together, or, at least once, the offsets last.
 *
 * <p>Works on a thread of its own, which joins the group when the first version is loaded: partitions stay with those
 * who can answer.
 */
public final class KafkaScorer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KafkaScorer.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    private static final Duration BEFORE_RETRY = Duration.ofMillis(200);
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    /** Well below what the topic takes: one that it did not take would be tried for ever. A key or an id can be so long. */
    private static final int LARGEST_FAILURE_BYTES = 512 << 10;

    private static final String MODEL_VERSION = "model-version";

    private final ServedModel served;
    private final Topics topics;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Worker worker;
    private final KafkaConsumer<byte[], ByteBuffer> consumer;
    private final KafkaClientMetrics consumerMetrics;
    private final PathMeters meters;
    private final Gauge lagGauge;

    // Only the scorer's thread touches these.
    private final Outbox outbox;
    private final Answered answered;
    private final Setbacks setbacks;
    private final RequestBatch batch = new RequestBatch();
    /** Whether what the outbox holds ends where the consumer stands. */
    private boolean consistent;

    private @Nullable KafkaException rebalanceFailure;

    // A scrape reads it.
    private volatile long lag;

    private KafkaScorer(
            ServedModel served,
            KafkaSettings kafka,
            KafkaPath path,
            MeterRegistry registry,
            Clock clock,
            Consumer<Throwable> onFailure) {
        this.served = served;
        this.topics = kafka.topics();
        this.registry = registry;
        this.clock = clock;
        this.worker = new Worker("kafka-scorer", this::answerRequests, onFailure);
        this.consumer = new KafkaConsumer<>(
                kafka.forClient("server-requests", consumerSettings(kafka, path)),
                new ByteArrayDeserializer(),
                // Values stay in what was fetched, or decompressed: no copy.
                new ByteBufferDeserializer());
        this.consumerMetrics = new KafkaClientMetrics(consumer);
        this.meters = PathMeters.of(registry, "kafka");
        this.lagGauge = Meters.SERVER_CONSUMER_LAG.gauge(registry, () -> lag);
        this.outbox = new Outbox(kafka, path, registry);
        this.answered = new Answered(registry, meters);
        this.setbacks = new Setbacks(clock);
    }

    /**
     * Starts the thread.
     *
     * @param onFailure called once if the thread cannot go on; requests stay unanswered from then on
     * @throws KafkaException if the client settings are wrong
     */
    public static KafkaScorer start(
            ServedModel served,
            KafkaSettings kafka,
            KafkaPath path,
            MeterRegistry registry,
            Clock clock,
            Consumer<Throwable> onFailure) {
        KafkaScorer scorer = new KafkaScorer(served, kafka, path, registry, clock, onFailure);
        scorer.worker.start();
        return scorer;
    }

    /** Commits what was scored and leaves the group. */
    @Override
    public void close() {
        worker.stop(consumer::wakeup, PATIENCE);
        // Another scorer may be started on the same registry.
        registry.remove(lagGauge);
    }

    private static Map<String, Object> consumerSettings(KafkaSettings kafka, KafkaPath path) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                path.groupId(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                path.maxPollRecords()));
        // With the newer group protocol the broker assigns partitions, and the client refuses this setting.
        if (!"consumer".equalsIgnoreCase(kafka.client().get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
            settings.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
        return settings;
    }

    private void answerRequests() throws InterruptedException {
        try {
            while (worker.isRunning() && !served.awaitLoaded(IDLE_POLL)) {
                log.atTrace().log("no version yet");
            }
            consumerMetrics.bindTo(registry);
            consumer.subscribe(List.of(topics.requests()), new Rebalances());
            while (worker.isRunning()) {
                step();
            }
        } catch (WakeupException | InterruptException e) {
            log.atDebug().log("the Kafka scorer was woken up to close");
        } finally {
            consumerMetrics.close();
            try (outbox) {
                // Revokes the partitions, which commits what is open if it is consistent.
                consumer.close(CloseOptions.timeout(PATIENCE));
            }
        }
    }

    private void step() throws InterruptedException {
        try {
            if (!consistent) {
                startOver();
            }
            ConsumerRecords<byte[], ByteBuffer> records = consumer.poll(outbox.untilDue(IDLE_POLL));
            throwRebalanceFailure();
            lag = Records.lag(consumer);
            if (!records.isEmpty()) {
                answer(records);
            }
            if (outbox.isDue()) {
                commit();
            }
        } catch (WakeupException e) {
            // Comes from the consumer alone, never from between two answers; what is collected is committed on closing.
            throw e;
        } catch (InterruptException e) {
            consistent = false;
            throw e;
        } catch (RetriableException e) {
            tryAgain(e);
        } catch (NoModelException e) {
            // What was served is quarantined, and nothing else is good: requests wait for the next version.
            consistent = false;
            worker.pause(IDLE_POLL);
        } catch (KafkaException e) {
            consistent = false;
            setbacks.note(e);
            tryAgain(e);
        } catch (RuntimeException | Error e) {
            consistent = false;
            throw e;
        }
    }

    private void answer(ConsumerRecords<byte[], ByteBuffer> records) {
        long polledMillis = clock.millis();
        CanarySplit split = served.split();
        answer(records, new Share(Route.MAIN, split), polledMillis);
        if (!split.isNone()) {
            answer(records, new Share(Route.CANARY, split), polledMillis);
        }
        outbox.cover(records.nextOffsets());
    }

    private void answer(ConsumerRecords<byte[], ByteBuffer> records, Share share, long polledMillis) {
        try (Lease version = served.acquire(share.route())) {
            batch.score(records, share, version);
            outbox.begin(topics.predictions(), partitionsOf(records));
            Headers headers = answerHeaders(version.version());
            sendPredictions(version, headers, polledMillis);
            sendFailures(version, headers);
            answered.scored(share.route().role(), batch.requests().size());
        }
    }

    /** How many the topic of predictions must have: each answer goes where its request came from. */
    private static int partitionsOf(ConsumerRecords<byte[], ByteBuffer> records) {
        int last = 0;
        for (TopicPartition partition : records.partitions()) {
            last = Math.max(last, partition.partition());
        }
        return last + 1;
    }

    private static Headers answerHeaders(long version) {
        Headers headers = new RecordHeaders();
        Records.put(headers, Records.CONTENT_TYPE, ContentTypes.PROTOBUF);
        Records.put(headers, MODEL_VERSION, Long.toString(version));
        return headers;
    }

    private void sendPredictions(Lease version, Headers headers, long polledMillis) {
        List<Request> requests = batch.requests();
        if (requests.isEmpty()) {
            return;
        }
        meters.scoring().record(batch.scoringTime());
        PredictionWriter writer = new PredictionWriter(
                served.name(),
                version.version(),
                version.spec().classes().size(),
                batch.scoringTime().toNanos() / 1_000,
                requests.size());
        long scoredMillis = clock.millis();
        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            ConsumerRecord<byte[], ByteBuffer> record = request.record();
            long waitedMicros = Math.max(0, polledMillis - record.timestamp()) * 1_000;
            byte[] prediction =
                    writer.write(request.id(), batch.probabilities(), i, request.eventTimeMillis(), waitedMicros);
            outbox.send(new ProducerRecord<>(
                    topics.predictions(),
                    record.partition(),
                    scoredMillis,
                    keyOf(record, request.id()),
                    prediction,
                    headers));
            answered.prediction(record.timestamp());
        }
    }

    private static byte[] keyOf(ConsumerRecord<byte[], ByteBuffer> record, String id) {
        byte[] key = record.key();
        return key == null || key.length == 0 ? id.getBytes(StandardCharsets.UTF_8) : key;
    }

    /** Sets malformed requests aside, and answers them, so that nobody waits for ever. */
    private void sendFailures(Lease version, Headers headers) {
        if (batch.rejects().isEmpty()) {
            return;
        }
        Reject first = batch.rejects().get(0);
        log.atWarn()
                .addKeyValue("requests", batch.rejects().size())
                .addKeyValue("partition", first.record().partition())
                .addKeyValue("offset", first.record().offset())
                .addKeyValue("reason", first.malformed().reason())
                .addKeyValue("detail", first.malformed().detail())
                .log("malformed requests, the first of the poll named");
        outbox.begin(topics.requestsDeadLetters(), 1);
        for (Reject reject : batch.rejects()) {
            ConsumerRecord<byte[], ByteBuffer> record = reject.record();
            outbox.send(Records.deadLetterInPlace(topics.requestsDeadLetters(), record, reject.malformed()));
            byte[] key = keyOf(record, reject.id());
            byte[] failure = failure(reject, version).toByteArray();
            if (key.length + failure.length <= LARGEST_FAILURE_BYTES) {
                outbox.send(new ProducerRecord<>(
                        topics.predictions(), record.partition(), clock.millis(), key, failure, headers));
            }
            answered.deadLetter(reject.malformed().reason());
        }
    }

    private Prediction failure(Reject reject, Lease version) {
        return Prediction.newBuilder()
                .setId(reject.id())
                .setModel(served.name())
                .setModelVersion(version.version())
                .setFailure(Failure.newBuilder()
                        .setReason(RecordDecoder.nameOf(reject.malformed().reason()))
                        .setDetail(Records.abbreviate(reject.malformed().detail())))
                .build();
    }

    private void commit() {
        outbox.commit(consumer);
        answered.count(clock.millis());
    }

    private void startOver() {
        answered.forget();
        outbox.renew();
        rebalanceFailure = null;
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(consumer.assignment(), BROKER_TIMEOUT);
        for (TopicPartition partition : consumer.assignment()) {
            OffsetAndMetadata next = committed.get(partition);
            if (next == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, next);
            }
        }
        consistent = true;
    }

    private void tryAgain(KafkaException setback) throws InterruptedException {
        consistent = false;
        log.atWarn().addKeyValue("reason", setback.toString()).log("starting over from the committed offsets");
        worker.pause(BEFORE_RETRY);
    }

    private void throwRebalanceFailure() {
        KafkaException failure = rebalanceFailure;
        if (failure != null) {
            rebalanceFailure = null;
            throw failure;
        }
    }

    /** Called by the consumer within poll and close, on the scorer's thread. */
    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.atInfo().addKeyValue("partitions", partitions).log("partitions assigned");
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            log.atInfo().addKeyValue("partitions", partitions).log("partitions revoked");
            if (!consistent || !outbox.isOpen()) {
                return;
            }
            try {
                commit();
            } catch (KafkaException e) {
                consistent = false;
                // Not thrown from here: the consumer must finish the rebalance first.
                rebalanceFailure = e;
                log.atWarn().addKeyValue("reason", e.toString()).log("commit before the rebalance failed");
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            if (outbox.isOpen()) {
                consistent = false;
                rebalanceFailure = new CommitFailedException("partitions " + partitions + " went to another instance");
            }
        }
    }
}
