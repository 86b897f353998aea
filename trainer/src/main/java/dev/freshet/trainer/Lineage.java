package dev.freshet.trainer;

import static java.util.Objects.requireNonNull;

import dev.freshet.core.evaluation.Decision;
import dev.freshet.core.evaluation.Evaluation;
import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Records;
import dev.freshet.core.kafka.Registry;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.SnapshotCodec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions and checkpoints of one model as this trainer writes them, each with the offsets that it covers.
 *
 * <p>Belongs to the training thread; {@link #published} may be asked from any.
 */
final class Lineage {
    private static final Logger log = LoggerFactory.getLogger(Lineage.class);

    private static final long FIRST_VERSION = 1;

    private final TrainerConfig config;
    private final KafkaSettings kafka;
    private final TrainerMeters meters;
    private final Clock clock;
    private final Output output;
    private final Progress progress;
    /** By version, in how many chunks its state is kept: the thread that commits adds the newest. */
    private final ConcurrentSkipListMap<Long, Integer> states;

    private final KeptVersions kept;

    private long highestVersion;
    private long version;
    private Offsets versionLearnedTo;
    private Instant committedAt;
    private Instant checkpointedAt;
    /** Written by the thread that commits, once readers see the version. */
    private volatile Published published;

    /**
     * What readers see.
     *
     * @param version the newest; 0 for none
     * @param count versions of this run
     * @param newest how the newest version of this run did on the hold-out window; null before the first
     */
    record Published(long version, long count, @Nullable Evaluation newest) {}

    Lineage(
            TrainerConfig config,
            KafkaSettings kafka,
            TrainerMeters meters,
            Clock clock,
            Output output,
            Progress progress,
            Start start) {
        this.config = config;
        this.kafka = kafka;
        this.meters = meters;
        this.clock = clock;
        this.output = output;
        this.progress = progress;
        this.states = new ConcurrentSkipListMap<>(start.states());
        this.kept = new KeptVersions(
                kafka.topics().models(),
                config.model(),
                config.recovery().keptVersions(),
                start.published(),
                () -> new Registry(kafka, clock).read(config.model()).inUse());
        this.highestVersion = start.highestVersion();
        this.version = start.newest() == null ? 0 : start.newest().version();
        this.versionLearnedTo = start.learnedTo(kafka.topics().images());
        this.committedAt = clock.instant();
        this.checkpointedAt = committedAt;
        this.published = new Published(version, 0, null);
    }

    /** Of the newest version, which may be on its way to the readers still; 0 for none. */
    long version() {
        return version;
    }

    /** Of the version that comes next. */
    long nextVersion() {
        return highestVersion + 1;
    }

    /** Where the newest version has learned up to. */
    Offsets versionLearnedTo() {
        return versionLearnedTo;
    }

    Published published() {
        return published;
    }

    /** Adds to the audit trail. */
    void decide(Decision decision) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                kafka.topics().decisions(),
                config.model().getBytes(StandardCharsets.UTF_8),
                SnapshotCodec.toJson(decision));
        Records.put(record.headers(), Records.CONTENT_TYPE, "application/json");
        output.add(record);
    }

    /**
     * Makes the network as it is the newest version, in one transaction with everything before it. Readers see it a moment
     * later.
     *
     * @param draft of {@link #nextVersion}
     * @param state in which the network goes on from there
     */
    void publish(SnapshotCodec.Draft draft, Checkpoint state) throws InterruptedException {
        long begun = System.nanoTime();
        highestVersion = draft.version();
        version = draft.version();
        versionLearnedTo = draft.learnedTo();
        checkpointedAt = clock.instant();
        List<ProducerRecord<byte[], byte[]>> forgotten = forgetOldStates();
        commit(
                () -> {
                    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(forgotten);
                    List<SnapshotCodec.Part> parts = SnapshotCodec.encode(
                                    draft, state.network().weights())
                            .parts();
                    records.addAll(kept.add(draft.version(), parts.size() - 1));
                    parts.forEach(part -> records.add(part(part)));
                    List<ProducerRecord<byte[], byte[]>> checkpoint = CheckpointCodec.records(
                            kafka.topics().checkpoints(), Long.toString(draft.version()), state);
                    records.addAll(checkpoint);
                    states.put(draft.version(), checkpoint.size() - 1);
                    return records;
                },
                () -> hasPublished(draft, begun));
    }

    private ProducerRecord<byte[], byte[]> part(SnapshotCodec.Part part) {
        return new ProducerRecord<>(
                kafka.topics().models(), 0, part.key().getBytes(StandardCharsets.UTF_8), part.value());
    }

    /**
     * Leaves room for the one that comes. What was gone back to before the first version stays: without it, that version would
     * seem to come from nothing.
     */
    private List<ProducerRecord<byte[], byte[]>> forgetOldStates() {
        List<ProducerRecord<byte[], byte[]>> tombstones = new ArrayList<>();
        ConcurrentNavigableMap<Long, Integer> ofVersions = states.tailMap(FIRST_VERSION);
        while (ofVersions.size() >= config.recovery().replayableVersions()) {
            Map.Entry<Long, Integer> oldest = requireNonNull(ofVersions.pollFirstEntry());
            tombstones.addAll(CheckpointCodec.tombstones(
                    kafka.topics().checkpoints(), config.model(), Long.toString(oldest.getKey()), oldest.getValue()));
        }
        return tombstones;
    }

    /** On the thread that commits. */
    private void hasPublished(SnapshotCodec.Draft draft, long begun) {
        published = new Published(draft.version(), published.count() + 1, draft.candidate());
        meters.published.increment();
        meters.publish.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        log.atInfo()
                .addKeyValue("version", draft.version())
                .addKeyValue("examples", draft.examples())
                .addKeyValue("loss", draft.candidate().loss())
                .addKeyValue("accuracy", draft.candidate().accuracy())
                .log("published");
    }

    /** Whether it is time for a checkpoint. */
    boolean isCheckpointDue() {
        return !clock.instant().isBefore(checkpointedAt.plus(config.recovery().checkpointInterval()));
    }

    /** Who starts again goes on from there. */
    void write(Checkpoint checkpoint) throws InterruptedException {
        checkpointedAt = clock.instant();
        commit(
                () -> CheckpointCodec.records(kafka.topics().checkpoints(), CheckpointCodec.NEWEST, checkpoint),
                meters.checkpoints::increment);
    }

    /**
     * Who starts again goes on from there; and it is the state, in place of the one in which the newest version was published,
     * that the next version comes from.
     */
    void goBackTo(Checkpoint checkpoint) throws InterruptedException {
        String topic = kafka.topics().checkpoints();
        long from = checkpoint.version();
        commit(
                () -> {
                    // It may be smaller than the one before.
                    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(CheckpointCodec.tombstones(
                            topic, config.model(), Long.toString(from), states.getOrDefault(from, 0)));
                    List<ProducerRecord<byte[], byte[]>> state =
                            CheckpointCodec.records(topic, Long.toString(from), checkpoint);
                    records.addAll(state);
                    states.put(from, state.size() - 1);
                    records.addAll(CheckpointCodec.records(topic, CheckpointCodec.NEWEST, checkpoint));
                    return records;
                },
                meters.checkpoints::increment);
    }

    /** Dead letters and decisions need not wait for the next checkpoint. */
    void commitIfDue() throws InterruptedException {
        if (output.isIdle() && !clock.instant().isBefore(committedAt.plus(config.commitInterval()))) {
            commit();
        }
    }

    /** Commits dead letters, decisions and offsets. */
    void commit() throws InterruptedException {
        commit(Output.Parts.NONE, () -> {});
    }

    private void commit(Output.Parts late, Runnable onCommitted) throws InterruptedException {
        output.commit(late, progress.toCommit(), onCommitted);
        committedAt = clock.instant();
    }

    /** Blocks until all that was written is committed. */
    void await() throws InterruptedException {
        output.await();
    }
}
