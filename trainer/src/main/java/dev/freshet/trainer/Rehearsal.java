package dev.freshet.trainer;

import dev.freshet.core.kafka.KafkaSettings;
import dev.freshet.core.kafka.Topics;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.model.Offsets;
import dev.freshet.core.model.TakingOrder;
import dev.freshet.engine.Engine;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A trainer without a broker, for who compares settings: learns from records at hand what {@link Trainer} learns from a topic
 * of one partition that holds them, to the last bit. Writes nothing. Belongs to one thread.
 */
public final class Rehearsal {
    /** Nobody connects. */
    private static final KafkaSettings NOWHERE = KafkaSettings.of("nowhere:9092", Topics.withPrefix("rehearsal."));

    private final TrainerConfig config;
    private final ModelSpec spec;
    private final Engine engine;

    /** @throws IllegalArgumentException if it is of a run in epochs */
    public Rehearsal(TrainerConfig config, ModelSpec spec, Engine engine) {
        if (config.epochs() != null) {
            throw new IllegalArgumentException("epochs cannot be rehearsed, only a stream");
        }
        this.config = config;
        this.spec = spec;
        this.engine = engine;
    }

    /**
     * How far it has come.
     *
     * @param records that were taken
     * @param trained those of them that were learned from
     * @param errors wrong answers to these before learning from them
     * @param accuracy before learning, over the prequential window; NaN before the first example
     * @param drifts that were found
     */
    public record Look(long records, long trained, long errors, double accuracy, long drifts) {}

    /**
     * Learns from them all; blocks until that is done.
     *
     * @param records in their order
     * @param every records between two looks, at least 1
     * @param onLook called then, with whatever mini-batches were complete
     * @return what it has learned in the end
     * @throws IllegalStateException if the steps stop being finite
     */
    public Learned learn(List<ProducerRecord<byte[], byte[]>> records, int every, Consumer<Look> onLook)
            throws InterruptedException {
        TrainerMeters meters = TrainerMeters.unheard(spec);
        Start start = Start.ANEW;
        Decoding decoding = new Decoding(spec, config.holdOut());
        ReplayMemory memory = StreamRun.replayMemory(config, spec, start);
        Kept kept = Kept.of(NOWHERE, decoding, null, memory);
        Progress progress = new Progress(Offsets.none(NOWHERE.topics().images()), TakingOrder.NONE, Map.of());
        AtHand images = new AtHand(records, every, decoding);
        try (Learner learner = new Learner(
                config, spec, NOWHERE, engine, meters, Clock.systemUTC(), Output.NOWHERE, progress, start, kept)) {
            new StreamRun(config, spec, learner, images, progress, memory, start, kept)
                    .learn(() -> false, () -> onLook.accept(look(images.next, learner.status(), meters)));
            return new Learned(
                    learner.status().version(),
                    progress.position(),
                    progress.taken(),
                    learner.lineageExamples(),
                    learner.lineageSteps(),
                    learner.weights());
        } catch (Setback.GoingBackException e) {
            throw new IllegalStateException("too many steps in a row were not finite", e);
        }
    }

    private static Look look(long records, TrainerStatus status, TrainerMeters meters) {
        long right = status.trained() == 0 ? 0 : Math.round(status.prequentialAccuracy() * status.trained());
        return new Look(
                records,
                status.trained(),
                status.trained() - right,
                status.prequential() == null ? Double.NaN : status.prequential().accuracy(),
                (long) meters.drifts.count());
    }

    /** Hands out so many at a time. */
    private static final class AtHand implements ImageSource {
        private final List<ProducerRecord<byte[], byte[]>> records;
        private final int atOnce;
        private final Decoding decoding;
        private int next;

        AtHand(List<ProducerRecord<byte[], byte[]>> records, int atOnce, Decoding decoding) {
            this.records = records;
            this.atOnce = atOnce;
            this.decoding = decoding;
        }

        @Override
        public List<Taken> take() {
            List<Taken> taken = new ArrayList<>(atOnce);
            for (int i = 0; i < atOnce && !hasEnded(); i++) {
                ProducerRecord<byte[], byte[]> record = records.get(next);
                ConsumerRecord<byte[], byte[]> read =
                        new ConsumerRecord<>(record.topic(), 0, next, record.key(), record.value());
                record.headers().forEach(read.headers()::add);
                taken.add(decoding.decode(read));
                next++;
            }
            return taken;
        }

        @Override
        public boolean endsMiniBatch() {
            return false;
        }

        @Override
        public boolean hasEnded() {
            return next == records.size();
        }
    }
}
