package dev.freshet.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets requests of many callers share batches, without making anybody wait who need not: an idle batcher scores at once,
 * and what arrives while its threads score makes the next batch. Refuses at once what it cannot hold.
 *
 * <p>{@link #submit} from any thread; batches are scored on the executor's threads, or, where they are quick and a thread
 * may score, on the caller's (docs/adr/011-who-scores.md).
 */
final class Batcher implements AutoCloseable {
    /** A thread that sleeps is scoring some tens of microseconds later, and as long passes on the way back. */
    private static final long QUICK_NANOS = 200_000;

    /** As much as an answer costs more that comes later: a net so small gains less by sharing a batch. */
    private static final long INSTANT_NANOS = 10_000;

    private final BatchScoring scoring;
    private final BatchMeters meters;
    private final Executor executor;
    private final int threads;
    private final Alarm alarm;
    private final LongSupplier clock;
    private final long maxDelayNanos;

    private final Object lock = new Object();
    // The lock guards these.
    private final JobQueue queue;
    private int scoringThreads;
    private boolean alarmIsSet;
    private boolean closed;

    /** Runs something later. */
    @FunctionalInterface
    interface Alarm {
        void after(long delay, TimeUnit unit, Runnable task);
    }

    /**
     * @param executor of at least as many threads; stays the caller's
     * @param threads that score at the same time
     * @param clock {@link System#nanoTime}, but for tests
     */
    Batcher(
            Batching settings,
            BatchScoring scoring,
            BatchMeters meters,
            Executor executor,
            int threads,
            Alarm alarm,
            LongSupplier clock) {
        this.scoring = scoring;
        this.meters = meters;
        this.executor = executor;
        this.threads = threads;
        this.alarm = alarm;
        this.clock = clock;
        this.maxDelayNanos = settings.maxDelay().toNanos();
        this.queue = new JobQueue(settings.maxSize(), settings.queue());
    }

    /** Examples that wait. */
    int waiting() {
        synchronized (lock) {
            return queue.examples();
        }
    }

    /**
     * Takes a job, whose answer comes when it was scored: before this returns, where that takes hardly any time.
     *
     * @param here the caller's own thread, where a batch is scored that takes no longer than handing it to another thread
     *     and back; called later, so that what the caller reads in one go is one batch
     * @throws RefusedException if more would wait than may, or the batcher was closed
     */
    void submit(Job job, Executor here) throws RefusedException {
        boolean start;
        long expectedNanos;
        synchronized (lock) {
            if (closed) {
                throw closing();
            }
            if (!queue.add(job)) {
                meters.shed(Refusal.OVERLOADED);
                throw new RefusedException(
                        Refusal.OVERLOADED, "the server is overloaded: " + queue.examples() + " examples wait already");
            }
            start = mayStart();
            expectedNanos = expectedNanos();
        }
        if (!start) {
            return;
        }
        if (expectedNanos <= INSTANT_NANOS) {
            workOnce();
        } else if (expectedNanos <= QUICK_NANOS) {
            here.execute(this::workOnce);
        } else {
            executor.execute(this::work);
        }
    }

    /** Scores until nothing is due; on a thread of the executor. */
    private void work() {
        while (scoreNext()) {
            // What has come meanwhile makes the next batch.
        }
    }

    /** Scores one batch on a thread that has other things to do, too; what is due then is for the executor. */
    private void workOnce() {
        boolean quick;
        synchronized (lock) {
            // More may have come since the thread was asked.
            quick = expectedNanos() <= QUICK_NANOS;
        }
        if (!quick || (scoreNext() && !mayEnd())) {
            executor.execute(this::work);
        }
    }

    /** To score what waits, or a batch of it; pictures may be of any size. */
    private long expectedNanos() {
        return queue.hasPictures() ? Long.MAX_VALUE : scoring.expectedNanos(queue.examples());
    }

    /** Whether nothing is due, in which case the thread is counted as ended. */
    private boolean mayEnd() {
        synchronized (lock) {
            if (isDue(scoringThreads == 1)) {
                return false;
            }
            scoringThreads--;
            setAlarm();
            return true;
        }
    }

    /** False where nothing was due, so that the thread is to end. */
    private boolean scoreNext() {
        List<Job> unwanted = new ArrayList<>();
        List<Job> batch = next(unwanted);
        if (batch.isEmpty()) {
            return false;
        }
        for (Job unfinished : scoring.score(batch)) {
            synchronized (lock) {
                queue.putBack(unfinished);
            }
        }
        return true;
    }

    /** Empty where the thread is to end, which is then counted as ended. */
    private List<Job> next(List<Job> unwanted) {
        List<Job> batch = List.of();
        synchronized (lock) {
            if (isDue(scoringThreads == 1)) {
                batch = queue.next(clock.getAsLong(), unwanted::add);
            }
            if (batch.isEmpty()) {
                scoringThreads--;
                setAlarm();
            }
        }
        unwanted.forEach(this::giveUp);
        unwanted.clear();
        return batch;
    }

    private void giveUp(Job job) {
        meters.shed(job.isGivenUp() ? Refusal.CANCELLED : Refusal.DEADLINE_EXCEEDED);
        job.fail(
                new RefusedException(Refusal.DEADLINE_EXCEEDED, "the request's time was up before it could be scored"));
    }

    /** Whether the caller is to start a thread, which is then counted as scoring. */
    private boolean mayStart() {
        if (scoringThreads == threads) {
            return false;
        }
        if (isDue(scoringThreads == 0)) {
            scoringThreads++;
            return true;
        }
        setAlarm();
        return false;
    }

    /** @param idle whether nobody else scores: then waiting for company would only lose time */
    private boolean isDue(boolean idle) {
        if (queue.isEmpty() || idle || queue.hasFullBatch()) {
            return !queue.isEmpty();
        }
        Long oldest = queue.oldestArrivalNanos();
        return oldest != null && clock.getAsLong() - oldest >= maxDelayNanos;
    }

    private void setAlarm() {
        Long oldest = queue.oldestArrivalNanos();
        if (oldest != null && !alarmIsSet && scoringThreads < threads) {
            alarmIsSet = true;
            long left = maxDelayNanos - (clock.getAsLong() - oldest);
            alarm.after(Math.max(left, 0), TimeUnit.NANOSECONDS, this::awake);
        }
    }

    private void awake() {
        boolean start;
        synchronized (lock) {
            alarmIsSet = false;
            start = mayStart();
        }
        if (start) {
            executor.execute(this::work);
        }
    }

    /** Refuses what waits; batches that are being scored are answered. */
    @Override
    public void close() {
        List<Job> left = new ArrayList<>();
        synchronized (lock) {
            closed = true;
            while (!queue.isEmpty()) {
                left.addAll(queue.next(clock.getAsLong(), left::add));
            }
        }
        left.forEach(job -> job.fail(closing()));
    }

    private static RefusedException closing() {
        return new RefusedException(Refusal.UNAVAILABLE, "the server is closing");
    }
}
