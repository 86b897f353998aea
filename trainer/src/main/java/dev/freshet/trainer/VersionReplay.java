package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.Safetensors;
import dev.freshet.core.model.SnapshotCodec;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.engine.Engine;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a version once more, from the state in which its parent was published and the records that it took since, in the order
 * in which it took them; or, where the trainer has gone back on the way, from the state that it went back to. With the settings it was made with, the weights are the same to the last bit. Writes nothing.
 * Belongs to one thread.
 */
public final class VersionReplay {
    private final TrainerConfig config;
    private final KafkaSettings kafka;
    private final Engine engine;

    /** @param config as it was when the version was made */
    public VersionReplay(TrainerConfig config, KafkaSettings kafka, Engine engine) {
        this.config = config;
        this.kafka = kafka;
        this.engine = engine;
    }

    /**
     * What became of it.
     *
     * @param records that were taken since the parent, or since the trainer has gone back on the way from there
     * @param steps optimizer steps since then
     * @param sha256 of the safetensors file that was made now
     */
    public record Outcome(long records, long steps, String sha256) {}

    /**
     * Blocks until it is done.
     *
     * @param version what is known of it
     * @throws IllegalArgumentException if it cannot be made again: it was learned in epochs, the state of its parent is not
     *     kept, or it does not say in which order its records were taken
     * @throws IllegalStateException if records have been removed by retention
     */
    public Outcome replay(Manifest version) throws InterruptedException {
        TakingOrder published = version.taken();
        if (published == null) {
            throw new IllegalArgumentException("version " + version.version()
                    + (version.epoch() == null
                            ? " does not say in which order its records were taken"
                            : " was learned in epochs: the same records, settings and seed give it again"));
        }
        Start start = startOf(version);
        TakingOrder taken = published.after(start.taken());
        String topic = version.learnedTo().topic();
        Offsets from = start.position(topic);
        ReplayMemory memory = StreamRun.replayMemory(config, version.spec(), start);
        Decoding decoding = new Decoding(version.spec(), config.holdOut());
        Kept kept = Kept.of(kafka, decoding, start.checkpoint(), memory);
        TrainerMeters unheard = TrainerMeters.unheard(version.spec());
        Progress progress = new Progress(from, TakingOrder.NONE, Map.of());
        try (RecordedOrder records = RecordedOrder.open(kafka, from, taken, decoding);
                Learner learner = new Learner(
                        config,
                        version.spec(),
                        kafka,
                        engine,
                        unheard,
                        Clock.systemUTC(),
                        Output.NOWHERE,
                        progress,
                        start,
                        kept)) {
            long steps = learner.lineageSteps();
            new StreamRun(config, version.spec(), learner, records, progress, memory, start, kept)
                    .learn(() -> false, () -> {});
            return new Outcome(
                    taken.records(),
                    learner.lineageSteps() - steps,
                    SnapshotCodec.sha256(Safetensors.encode(learner.weights())));
        }
    }

    private Start startOf(Manifest version) {
        long parent = version.parentVersion();
        @Nullable
        Checkpoint state =
                Checkpoints.readVersion(kafka, config.model(), parent).newest().orElse(null);
        if (state == null && parent == 0) {
            return Start.ANEW;
        } else if (state == null) {
            throw new IllegalArgumentException("the state in which version " + parent
                    + " was published is not kept any more; replayable-versions says how many are");
        }
        return new Start(state, null, parent, Map.of(), Map.of());
    }
}
