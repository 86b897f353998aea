package dev.freshet.server.model;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.ModelsTopic;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Scorer;
import dev.freshet.server.thread.Worker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic {@code models} from its beginning and keeps the newest good version served; the server has one.
 *
 * <p>Reads, verifies, loads and warms up on a thread of its own, and waits there for a broker that is away.
 */
public final class ModelFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModelFollower.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration BEFORE_RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    /** Versions kept to fall back to when newer ones cannot be loaded; more would fill the heap. */
    private static final int CANDIDATES = 3;

    private final ServedModel served;
    private final Engine engine;
    private final TopicPartition partition;
    private final Consumer<Manifest> onSwap;
    private final Worker worker;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaClientMetrics clientMetrics;
    private final MeterRegistry registry;
    private final Counter loaded;
    private final Counter refused;
    private final Timer swaps;
    private final List<Gauge> gauges;

    // Only the follower's thread touches these.
    private final SnapshotAssembler assembler;
    private final TreeMap<Long, Snapshot> candidates = new TreeMap<>();
    private boolean caughtUp;

    private ModelFollower(
            ServedModel served,
            Engine engine,
            KafkaSettings kafka,
            MeterRegistry registry,
            Clock clock,
            Consumer<Manifest> onSwap,
            Consumer<Throwable> onFailure) {
        this.served = served;
        this.engine = engine;
        this.partition = ModelsTopic.partition(kafka);
        this.onSwap = onSwap;
        this.worker = new Worker("model-follower", this::follow, onFailure);
        this.consumer = ModelsTopic.open(kafka, "model-follower");
        this.clientMetrics = new KafkaClientMetrics(consumer);
        this.registry = registry;
        this.loaded = Meters.SERVER_VERSIONS_LOADED.counter(registry);
        this.refused = Meters.SERVER_VERSIONS_REFUSED.counter(registry);
        this.swaps = Meters.SERVER_SWAP_DURATION.timer(registry);
        this.gauges = List.of(
                Meters.SERVER_SERVED_VERSION.gauge(registry, served::version),
                Meters.SERVER_SNAPSHOT_AGE.gauge(registry, () -> ageInSeconds(served, clock)));
        this.assembler = new SnapshotAssembler(served.name());
    }

    /**
     * Starts the thread.
     *
     * @param onSwap called on the follower's thread after each swap
     * @param onFailure called once if the thread cannot go on; the served version stays
     * @throws org.apache.kafka.common.KafkaException if the client settings are wrong
     */
    public static ModelFollower start(
            ServedModel served,
            Engine engine,
            KafkaSettings kafka,
            MeterRegistry registry,
            Clock clock,
            Consumer<Manifest> onSwap,
            Consumer<Throwable> onFailure) {
        ModelFollower follower = new ModelFollower(served, engine, kafka, registry, clock, onSwap, onFailure);
        follower.worker.start();
        return follower;
    }

    /** Stops following; what is served stays served. */
    @Override
    public void close() {
        worker.stop(consumer::wakeup, PATIENCE);
        // Another follower may be started on the same registry.
        gauges.forEach(registry::remove);
    }

    private void follow() throws InterruptedException {
        clientMetrics.bindTo(registry);
        try {
            while (worker.isRunning()) {
                for (ConsumerRecord<String, byte[]> record : poll()) {
                    assembler.accept(record.key(), record.value()).ifPresent(this::take);
                }
                caughtUp = caughtUp || consumer.currentLag(partition).orElse(-1) == 0;
                // Before that, only the newest of many versions is worth loading.
                if (caughtUp) {
                    loadNewest();
                }
            }
        } catch (WakeupException | InterruptException e) {
            log.atDebug().log("the model follower was woken up to close");
        } finally {
            clientMetrics.close();
            consumer.close(CloseOptions.timeout(PATIENCE));
        }
    }

    private ConsumerRecords<String, byte[]> poll() throws InterruptedException {
        try {
            return consumer.poll(POLL);
        } catch (RetriableException e) {
            log.atWarn()
                    .addKeyValue("topic", partition.topic())
                    .addKeyValue("reason", e.getMessage())
                    .log("cannot read versions now");
            worker.pause(BEFORE_RETRY);
            return ConsumerRecords.empty();
        }
    }

    private void take(Assembled assembled) {
        if (assembled instanceof Assembled.Complete complete) {
            candidates.put(complete.version(), complete.snapshot());
            if (candidates.size() > CANDIDATES) {
                candidates.pollFirstEntry();
            }
        } else if (assembled instanceof Assembled.Damaged damaged) {
            refuse(damaged.version(), damaged.reason());
        }
    }

    /** Goes from the newest candidate to older ones until one answers. */
    private void loadNewest() {
        while (!candidates.isEmpty() && candidates.lastKey() > served.version()) {
            load(candidates.pollLastEntry().getValue());
        }
        candidates.clear();
    }

    private void load(Snapshot snapshot) {
        long started = System.nanoTime();
        Scorer scorer;
        try {
            scorer = warmedUp(snapshot);
        } catch (IllegalArgumentException e) {
            refuse(snapshot.version(), String.valueOf(e.getMessage()));
            return;
        }
        if (served.offer(snapshot.manifest(), scorer)) {
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            swaps.record(took);
            loaded.increment();
            log.atInfo()
                    .addKeyValue("model", served.name())
                    .addKeyValue("version", snapshot.version())
                    .addKeyValue("accuracy", snapshot.manifest().candidate().accuracy())
                    .addKeyValue("millis", took.toMillis())
                    .log("version swapped in");
            onSwap.accept(snapshot.manifest());
        }
    }

    private Scorer warmedUp(Snapshot snapshot) {
        Scorer scorer = engine.scorer(snapshot.spec(), snapshot.weights());
        try {
            WarmUp.run(snapshot.spec(), scorer, isServed(snapshot.spec()));
            return scorer;
        } catch (RuntimeException e) {
            scorer.close();
            throw e;
        }
    }

    private boolean isServed(ModelSpec spec) {
        return served.manifest().map(Manifest::spec).filter(spec::equals).isPresent();
    }

    private void refuse(long version, String reason) {
        refused.increment();
        log.atWarn()
                .addKeyValue("model", served.name())
                .addKeyValue("version", version)
                .addKeyValue("reason", reason)
                .addKeyValue("served", served.version())
                .log("version refused");
    }

    private static double ageInSeconds(ServedModel served, Clock clock) {
        return served.manifest()
                .map(manifest ->
                        Duration.between(manifest.createdAt(), clock.instant()).toMillis() / 1e3)
                .orElse(Double.NaN);
    }
}
