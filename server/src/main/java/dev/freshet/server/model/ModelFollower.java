package dev.freshet.server.model;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.kafka.StateTopic;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Snapshot;
import dev.freshet.core.model.SnapshotAssembler;
import dev.freshet.core.model.SnapshotAssembler.Assembled;
import dev.freshet.core.registry.CanarySplit;
import dev.freshet.core.registry.Serving;
import dev.freshet.engine.Engine;
import dev.freshet.engine.Scorer;
import dev.freshet.server.model.VersionIndex.Entry;
import dev.freshet.server.thread.Worker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics {@code models} and {@code serving} from their beginnings and keeps those versions loaded that are to be
 * served; the server has one.
 *
 * <p>Reads, verifies, loads and warms up on a thread of its own, and waits there for a broker that is away.
 */
public final class ModelFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ModelFollower.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration BEFORE_RETRY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    /** Versions kept as they come by, until the newest good one is loaded; more would fill the heap. */
    private static final int CANDIDATES = 3;

    private final ServedModel served;
    private final VersionPolicy policy;
    private final Engine engine;
    private final KafkaSettings kafka;
    private final Runnable onSwap;
    private final Worker worker;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaClientMetrics clientMetrics;
    private final MeterRegistry registry;
    private final Counter loaded;
    private final Counter refused;
    private final Timer swaps;
    private final List<Gauge> gauges;
    private final VersionIndex index;

    // Only the follower's thread touches these.
    private final TreeMap<Long, Snapshot> candidates = new TreeMap<>();
    private final Set<Long> unloadable = new HashSet<>();
    private boolean changed = true;

    private ModelFollower(
            ServedModel served,
            VersionIndex index,
            VersionPolicy policy,
            Engine engine,
            KafkaSettings kafka,
            MeterRegistry registry,
            Clock clock,
            Runnable onSwap,
            Consumer<Throwable> onFailure) {
        this.served = served;
        this.index = index;
        this.policy = policy;
        this.engine = engine;
        this.kafka = kafka;
        this.onSwap = onSwap;
        this.worker = new Worker("model-follower", this::follow, onFailure);
        this.consumer = StateTopic.open(
                kafka, List.of(kafka.topics().models(), kafka.topics().serving()), "model-follower");
        this.clientMetrics = new KafkaClientMetrics(consumer);
        this.registry = registry;
        this.loaded = Meters.SERVER_VERSIONS_LOADED.counter(registry);
        this.refused = Meters.SERVER_VERSIONS_REFUSED.counter(registry);
        this.swaps = Meters.SERVER_SWAP_DURATION.timer(registry);
        this.gauges = List.of(
                Meters.SERVER_SERVED_VERSION.gauge(registry, served::version),
                Meters.SERVER_CANARY_VERSION.gauge(registry, served::canaryVersion),
                Meters.SERVER_SNAPSHOT_AGE.gauge(registry, () -> ageInSeconds(served, clock)));
    }

    /**
     * Starts the thread.
     *
     * @param index takes what comes by
     * @param policy which version answers where none is pinned
     * @param onSwap called on the follower's thread each time that another version answers, or none any more
     * @param onFailure called once if the thread cannot go on; what is loaded stays
     * @throws org.apache.kafka.common.KafkaException if the client settings are wrong
     */
    public static ModelFollower start(
            ServedModel served,
            VersionIndex index,
            VersionPolicy policy,
            Engine engine,
            KafkaSettings kafka,
            MeterRegistry registry,
            Clock clock,
            Runnable onSwap,
            Consumer<Throwable> onFailure) {
        ModelFollower follower =
                new ModelFollower(served, index, policy, engine, kafka, registry, clock, onSwap, onFailure);
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
        boolean caughtUp = false;
        try {
            while (worker.isRunning()) {
                poll().forEach(this::take);
                caughtUp = caughtUp || hasCaughtUp();
                // Before that, only the newest of many versions is worth loading.
                if (caughtUp && changed) {
                    loadWhatIsServed();
                }
            }
        } catch (WakeupException | InterruptException e) {
            log.atDebug().log("the model follower was woken up to close");
        } finally {
            clientMetrics.close();
            consumer.close(CloseOptions.timeout(PATIENCE));
        }
    }

    private boolean hasCaughtUp() {
        return consumer.assignment().stream()
                .allMatch(partition -> consumer.currentLag(partition).orElse(-1) == 0);
    }

    private ConsumerRecords<String, byte[]> poll() throws InterruptedException {
        try {
            return consumer.poll(POLL);
        } catch (RetriableException e) {
            waitAWhile(e);
            return ConsumerRecords.empty();
        }
    }

    private void waitAWhile(RetriableException cause) throws InterruptedException {
        log.atWarn()
                .addKeyValue("topic", kafka.topics().models())
                .addKeyValue("reason", cause.getMessage())
                .log("cannot read versions now");
        worker.pause(BEFORE_RETRY);
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.topic().equals(kafka.topics().serving())) {
            takeState(record);
        } else {
            index.accept(record).ifPresent(this::takeVersion);
        }
    }

    private void takeState(ConsumerRecord<String, byte[]> record) {
        if (!served.name().equals(record.key())) {
            return;
        }
        try {
            Serving next = Registry.read(record.key(), record.value());
            index.take(next);
            changed = true;
            log.atInfo()
                    .addKeyValue("revision", next.revision())
                    .addKeyValue("pinned", next.pinned())
                    .addKeyValue("labels", next.labels())
                    .addKeyValue("quarantined", next.quarantined().size())
                    .addKeyValue("who", next.who())
                    .log("what is to be served has changed");
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("a state that cannot be read was passed over");
        }
    }

    private void takeVersion(Assembled assembled) {
        changed = true;
        unloadable.remove(assembled.version());
        if (assembled instanceof Assembled.Complete complete) {
            candidates.put(complete.version(), complete.snapshot());
            if (candidates.size() > CANDIDATES) {
                candidates.pollFirstEntry();
            }
        } else if (assembled instanceof Assembled.Damaged damaged) {
            refuse(damaged.version(), damaged.reason());
        }
    }

    /** First the version that answers, which nobody should wait for; then those with a label. */
    private void loadWhatIsServed() throws InterruptedException {
        try {
            Serving now = index.state();
            Long main = loadMain(now);
            assign(main, now);
            boolean more = false;
            for (long version : now.labels().values()) {
                boolean before = served.isLoaded(version);
                more |= isServable(version, now) && load(version) && !before;
            }
            if (more) {
                assign(main, now);
            }
            candidates.clear();
            changed = false;
        } catch (RetriableException e) {
            waitAWhile(e);
        }
    }

    /** Null where nothing may answer, or can. */
    private @Nullable Long loadMain(Serving now) {
        Long wanted = policy.wanted(now);
        if (wanted == null) {
            return loadNewest(now);
        }
        if (isServable(wanted, now) && load(wanted)) {
            return wanted;
        }
        long answering = served.version();
        log.atWarn()
                .addKeyValue("model", served.name())
                .addKeyValue("version", wanted)
                .addKeyValue("served", answering)
                .log("the version that is to answer cannot be loaded");
        return answering == 0 || now.isQuarantined(answering) ? null : answering;
    }

    /** Goes from the newest version to older ones until one answers. */
    private @Nullable Long loadNewest(Serving now) {
        for (long version : index.entries().descendingKeySet()) {
            if (isServable(version, now) && load(version)) {
                return version;
            }
        }
        return null;
    }

    private boolean isServable(long version, Serving now) {
        Entry entry = index.entries().get(version);
        return entry != null && entry.isWhole() && !now.isQuarantined(version);
    }

    private void assign(@Nullable Long main, Serving now) {
        long before = served.version();
        Map<String, Long> labels = new HashMap<>();
        now.labels().forEach((label, version) -> {
            Long labelled = served.isLoaded(version) ? version : served.labels().get(label);
            if (labelled != null && !now.isQuarantined(labelled)) {
                labels.put(label, labelled);
            }
        });
        served.assign(main, labels, CanarySplit.ofWeight(now.canaryWeight()));
        if (main == null && before != 0) {
            log.atWarn()
                    .addKeyValue("model", served.name())
                    .addKeyValue("before", before)
                    .log("no version answers any more");
            onSwap.run();
        } else if (main != null && main != before) {
            log.atInfo()
                    .addKeyValue("model", served.name())
                    .addKeyValue("version", main)
                    .addKeyValue("before", before)
                    .log("version swapped in");
            onSwap.run();
        }
    }

    /** Whether it is loaded now. */
    private boolean load(long version) {
        if (served.isLoaded(version)) {
            return true;
        }
        if (unloadable.contains(version)) {
            return false;
        }
        try {
            Snapshot snapshot = candidates.get(version);
            load(snapshot == null ? readAgain(version) : snapshot);
            return true;
        } catch (IllegalArgumentException e) {
            unloadable.add(version);
            refuse(version, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void load(Snapshot snapshot) {
        long started = System.nanoTime();
        Scorer scorer = warmedUp(snapshot);
        served.load(snapshot.manifest(), scorer);
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        swaps.record(took);
        loaded.increment();
        log.atInfo()
                .addKeyValue("model", served.name())
                .addKeyValue("version", snapshot.version())
                .addKeyValue("accuracy", snapshot.manifest().candidate().accuracy())
                .addKeyValue("millis", took.toMillis())
                .log("version loaded");
    }

    /**
     * Of a version that has come by long ago, whose weights were not kept.
     *
     * @throws IllegalArgumentException if it is not there any more
     */
    private Snapshot readAgain(long version) {
        Entry entry = index.entries().get(version);
        if (entry == null) {
            throw new IllegalArgumentException("it is not in the topic");
        }
        SnapshotAssembler assembler = new SnapshotAssembler(served.name());
        AtomicReference<@Nullable Assembled> found = new AtomicReference<>();
        StateTopic.readRange(kafka, kafka.topics().models(), "model-reader", entry.first(), entry.last(), record -> {
            assembler
                    .accept(record.key(), record.value())
                    .filter(assembled -> assembled.version() == version)
                    .ifPresent(found::set);
            return found.get() == null;
        });
        if (found.get() instanceof Assembled.Complete complete) {
            return complete.snapshot();
        }
        throw new IllegalArgumentException(
                found.get() instanceof Assembled.Damaged damaged
                        ? damaged.reason()
                        : "it is not in the topic any more");
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
