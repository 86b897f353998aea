package dev.freshet.server.api;

import dev.freshet.core.model.InputSpec;
import dev.freshet.core.model.ModelSpec;
import dev.freshet.server.model.Lease;
import dev.freshet.server.model.NoModelException;
import dev.freshet.server.model.NotLoadedException;
import dev.freshet.server.model.Route;
import dev.freshet.server.model.ServedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and scores a batch with exactly one version, and answers its jobs; a job that cannot be read fails alone. From any
 * thread, each of which keeps buffers of its own.
 */
final class BatchScoring {
    private static final long UNKNOWN = TimeUnit.SECONDS.toNanos(1);

    /** One that is nothing, as by a coarse clock, must be able to rise, too. */
    private static final long LEAST_RISE_NANOS = 1_000;

    private final ServedModel served;
    private final int maxSize;
    private final int maxExamples;
    private final BatchMeters meters;
    private final LongSupplier clock;
    private volatile long nanosPerExample = UNKNOWN;

    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    /**
     * @param maxSize examples of one batch
     * @param maxExamples of one request
     * @param clock {@link System#nanoTime}, but for tests
     */
    BatchScoring(ServedModel served, int maxSize, int maxExamples, BatchMeters meters, LongSupplier clock) {
        this.clock = clock;
        this.served = served;
        this.maxSize = maxSize;
        this.maxExamples = maxExamples;
        this.meters = meters;
    }

    /**
     * How long a batch will take, going by those before; for ever before the first.
     *
     * @param size examples, of which no more than a batch count
     */
    long expectedNanos(int size) {
        return Math.min(size, maxSize) * nanosPerExample;
    }

    /**
     * What is expected falls at once and no more than doubles: a thread that loses its core within a batch is held up for
     * milliseconds, which says nothing of the next one. Any thread writes; a value that is lost by that is as good as the one
     * that stays.
     */
    private void note(Route route, int size, long nanos) {
        meters.scored(route.role(), size, nanos);
        long measured = nanos / size;
        long before = nanosPerExample;
        nanosPerExample = measured <= before
                ? measured
                : before + Math.min(measured - before, Math.max(before, LEAST_RISE_NANOS));
    }

    private static final class Buffers {
        float[] features = new float[0];
        float[] probabilities = new float[0];
        float[] logits = new float[0];
        private @Nullable InputReading reading;

        /** One is kept: versions have one input, as a rule. */
        InputReading reading(InputSpec input, int maxExamples) {
            InputReading kept = reading;
            if (kept == null || !kept.isOf(input)) {
                kept = new InputReading(input, maxExamples);
                reading = kept;
            }
            return kept;
        }

        void fit(int size, ModelSpec spec) {
            int inputs = spec.input().size();
            int classes = spec.classes().size();
            if (features.length < size * inputs) {
                features = new float[size * inputs];
            }
            if (probabilities.length < size * classes) {
                probabilities = new float[size * classes];
            }
        }

        /** Only for those who ask. */
        float[] logits(int size, ModelSpec spec) {
            if (logits.length < size * spec.outputs()) {
                logits = new float[size * spec.outputs()];
            }
            return logits;
        }
    }

    /**
     * Scores jobs of one route that share a batch, or a batch's worth of a single large one.
     *
     * @return those that are to be scored further
     */
    List<Job> score(List<Job> batch) {
        Job first = batch.get(0);
        try {
            if (first.size() > maxSize) {
                scoreSlice(first);
                if (!first.isGivenUp()) {
                    return List.of(first);
                }
                first.letGo();
                return List.of();
            }
            scoreTogether(batch);
        } catch (NoModelException | NotLoadedException e) {
            RefusedException refusal = Inference.refusal(e);
            batch.forEach(job -> job.fail(refusal));
        } catch (RuntimeException | Error e) {
            // Whoever counts the request logs it.
            batch.forEach(job -> job.fail(e));
        }
        return List.of();
    }

    private void scoreTogether(List<Job> batch) {
        Route route = batch.get(0).route();
        try (Lease version = served.acquire(route)) {
            long started = clock.getAsLong();
            ModelSpec spec = version.spec();
            Buffers own = buffers.get();
            own.fit(maxSize, spec);
            InputReading reading = own.reading(spec.input(), maxExamples);
            List<Job> read = new ArrayList<>(batch.size());
            int rows = 0;
            boolean asked = false;
            for (Job job : batch) {
                if (read(job, reading, own.features, rows)) {
                    read.add(job);
                    rows += job.size();
                    asked |= job.asksForLogits();
                }
            }
            if (rows > 0) {
                float[] logits = asked ? own.logits(maxSize, spec) : null;
                version.score(own.features, rows, own.probabilities, logits);
                answer(read, version, own.probabilities, logits, rows, started);
                version.compare(own.features, rows, own.probabilities, null);
            }
        }
    }

    private boolean read(Job job, InputReading reading, float[] features, int row) {
        try {
            requireUnchanged(job, reading);
            for (int i = 0; i < job.size(); i++) {
                reading.read(job.input(), i, features, row + i);
            }
            return true;
        } catch (RefusedException e) {
            job.fail(e);
            return false;
        }
    }

    /** The version may have been swapped since the job was let in, for one that takes other shapes. */
    private static void requireUnchanged(Job job, InputReading reading) throws RefusedException {
        if (reading.examples(job.input()) != job.size()) {
            throw new IllegalStateException("an input changed while it waited");
        }
    }

    private void answer(
            List<Job> jobs, Lease version, float[] probabilities, float @Nullable [] logits, int rows, long started) {
        long took = clock.getAsLong() - started;
        note(jobs.get(0).route(), rows, took);
        int classes = version.spec().classes().size();
        int units = version.spec().outputs();
        int row = 0;
        for (Job job : jobs) {
            int next = row + job.size();
            Timings timings = new Timings((started - job.arrivedNanos()) / 1_000, took / 1_000, rows);
            float[] ownLogits = logits != null && job.asksForLogits()
                    ? Arrays.copyOfRange(logits, row * units, next * units)
                    : null;
            job.complete(new Answer(
                    job.request(),
                    version.manifest(),
                    Arrays.copyOfRange(probabilities, row * classes, next * classes),
                    ownLogits,
                    timings));
            row = next;
        }
    }

    private void scoreSlice(Job job) {
        long started = clock.getAsLong();
        Job.Progress progress = job.progress();
        if (progress == null) {
            Lease version = served.acquire(job.route());
            progress = new Job.Progress(
                    version,
                    new InputReading(version.spec().input(), maxExamples),
                    new float[job.size() * version.spec().classes().size()],
                    job.asksForLogits() ? new float[job.size() * version.spec().outputs()] : null,
                    started);
            job.begin(progress);
        }
        try {
            scoreSlice(job, progress, started);
        } catch (RefusedException e) {
            job.fail(e);
        }
    }

    private void scoreSlice(Job job, Job.Progress progress, long started) throws RefusedException {
        ModelSpec spec = progress.version.spec();
        Buffers own = buffers.get();
        own.fit(maxSize, spec);
        requireUnchanged(job, progress.reading);
        int rows = Math.min(maxSize, job.remaining());
        for (int i = 0; i < rows; i++) {
            progress.reading.read(job.input(), progress.next + i, own.features, i);
        }
        float[] logits = progress.logits == null ? null : own.logits(maxSize, spec);
        progress.version.score(own.features, rows, own.probabilities, logits);
        if (logits != null) {
            int units = spec.outputs();
            System.arraycopy(logits, 0, progress.logits, progress.next * units, rows * units);
        }
        int classes = spec.classes().size();
        System.arraycopy(own.probabilities, 0, progress.probabilities, progress.next * classes, rows * classes);
        progress.next += rows;
        long took = clock.getAsLong() - started;
        progress.scoredNanos += took;
        note(job.route(), rows, took);
        if (job.remaining() == 0) {
            Timings timings = new Timings(
                    (progress.startedNanos - job.arrivedNanos()) / 1_000, progress.scoredNanos / 1_000, rows);
            job.complete(new Answer(
                    job.request(), progress.version.manifest(), progress.probabilities, progress.logits, timings));
        }
        progress.version.compare(own.features, rows, own.probabilities, null);
    }
}
