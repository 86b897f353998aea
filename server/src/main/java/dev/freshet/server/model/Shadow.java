package dev.freshet.server.model;

import dev.freshet.core.data.Example;
import dev.freshet.core.evaluation.Scoring;
import dev.freshet.core.metrics.Meters;
import dev.freshet.core.model.Manifest;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.core.registry.Serving;
import dev.freshet.server.thread.Worker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the version labelled shadow score what others have answered, and counts where it says something else. Batches wait as
 * copies in a queue; those that it cannot hold are dropped, so nobody ever waits for the shadow.
 *
 * <p>{@link #offer} from any thread; the shadow scores on a thread of its own, of the lowest priority where the JVM minds that.
 */
public final class Shadow implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Shadow.class);

    /** 16 MiB. */
    private static final long MOST_VALUES = 4 << 20;

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final ServedModel served;
    private final MeterRegistry registry;
    private final Worker worker;
    private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
    /** Features of the batches in the queue. */
    private final AtomicLong waitingValues = new AtomicLong();

    private final Gauge version;
    private final Counter agreed;
    private final Counter disagreed;
    private final Counter full;
    private final Counter otherSpec;
    private final Counter both;
    private final Counter shadowAlone;
    private final Counter servedAlone;
    private final Counter neither;

    private Shadow(ServedModel served, MeterRegistry registry) {
        this.served = served;
        this.registry = registry;
        this.worker = new Worker("shadow", this::scoreWhatComes, this::giveUp);
        this.version = Meters.SERVER_SHADOW_VERSION.gauge(
                registry, () -> served.labels().getOrDefault(Serving.SHADOW, 0L));
        this.agreed = Meters.SERVER_SHADOW_COMPARED.counter(registry, "outcome", "agreed");
        this.disagreed = Meters.SERVER_SHADOW_COMPARED.counter(registry, "outcome", "disagreed");
        this.full = Meters.SERVER_SHADOW_DROPPED.counter(registry, "reason", "queue-full");
        this.otherSpec = Meters.SERVER_SHADOW_DROPPED.counter(registry, "reason", "other-spec");
        this.both = Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", "both");
        this.shadowAlone = Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", "shadow");
        this.servedAlone = Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", "served");
        this.neither = Meters.SERVER_SHADOW_CONTESTS.counter(registry, "right", "neither");
    }

    /** Starts the thread; what a lease of the model scores from now on is compared. */
    public static Shadow start(ServedModel served, MeterRegistry registry) {
        Shadow shadow = new Shadow(served, registry);
        shadow.worker.start();
        served.compareWith(shadow);
        return shadow;
    }

    /** Examples that were answered, which belong to whoever holds it. */
    private static final class Batch {
        private final long version;
        private final ModelSpec spec;
        private final float[] features;
        private final int size;
        private final int[] predicted;
        /** Null where no class is known. */
        private final int @Nullable [] labels;

        Batch(Manifest manifest, float[] features, int size, float[] probabilities, int @Nullable [] labels) {
            this.version = manifest.version();
            this.spec = manifest.spec();
            this.features = Arrays.copyOf(features, size * spec.input().size());
            this.size = size;
            this.predicted = new int[size];
            Arrays.setAll(
                    predicted,
                    row -> Scoring.predictedClass(
                            probabilities, row, spec.classes().size()));
            this.labels = labels == null ? null : Arrays.copyOf(labels, size);
        }
    }

    /** Takes a copy of what was answered, if there is a shadow, which did not answer itself, and room. */
    void offer(Manifest manifest, float[] features, int size, float[] probabilities, int @Nullable [] labels) {
        Long challenger = served.labels().get(Serving.SHADOW);
        if (challenger == null || challenger == manifest.version()) {
            return;
        }
        long values = (long) size * manifest.spec().input().size();
        if (waitingValues.addAndGet(values) > MOST_VALUES) {
            waitingValues.addAndGet(-values);
            full.increment(size);
            return;
        }
        queue.add(new Batch(manifest, features, size, probabilities, labels));
    }

    @Override
    public void close() {
        served.compareWith(null);
        worker.stop(() -> {}, PATIENCE);
        // Another one may be started on the same registry.
        registry.remove(version);
    }

    /** A version that nobody is answered by must not end the server. */
    private void giveUp(Throwable cause) {
        served.compareWith(null);
        log.atError().setCause(cause).log("the shadow failed; nothing is compared until the next start");
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it
    private void scoreWhatComes() throws InterruptedException {
        Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
        while (worker.isRunning()) {
            Batch batch = queue.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            if (batch != null) {
                waitingValues.addAndGet(-batch.features.length);
                score(batch);
            }
        }
    }

    private void score(Batch batch) {
        Optional<Lease> labelled = served.find(Serving.SHADOW);
        if (labelled.isEmpty()) {
            return;
        }
        try (Lease challenger = labelled.get()) {
            if (challenger.version() == batch.version) {
                return;
            }
            if (!challenger.spec().input().equals(batch.spec.input())
                    || !challenger.spec().classes().equals(batch.spec.classes())) {
                otherSpec.increment(batch.size);
                return;
            }
            int classes = batch.spec.classes().size();
            float[] probabilities = new float[batch.size * classes];
            challenger.score(batch.features, batch.size, probabilities);
            for (int row = 0; row < batch.size; row++) {
                int label = batch.labels == null ? Example.UNLABELLED : batch.labels[row];
                count(batch.predicted[row], Scoring.predictedClass(probabilities, row, classes), label);
            }
        }
    }

    private void count(int servedClass, int shadowClass, int label) {
        if (label != Example.UNLABELLED && shadowClass == label) {
            (servedClass == label ? both : shadowAlone).increment();
        } else if (label != Example.UNLABELLED) {
            (servedClass == label ? servedAlone : neither).increment();
        }
        (servedClass == shadowClass ? agreed : disagreed).increment();
    }
}
