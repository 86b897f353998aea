package dev.freshet.engine.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do the phases of a training step together: the caller and some workers of its own.
 *
 * <p>A phase lasts microseconds, so a worker waits for the next one awake, and sleeps only when there has been none for a
 * while. Each thread begins with a share of the chunks that is the same in every step, so that what it works on stays in its
 * core's cache, and goes on with those that another has not come to: a worker that the machine has put aside holds nobody up.
 * Which thread does a chunk makes no difference to its result.
 *
 * <p>Belongs to one thread, the caller of {@link #run}.
 */
final class Crew implements AutoCloseable {
    /** How long a worker waits awake. */
    private static final long AWAKE_NANOS = 100_000;

    /** Part of a step, in chunks that do not depend on each other. */
    @FunctionalInterface
    interface Phase {
        /** @param worker who does it, from 0; the caller is 0 */
        void run(int chunk, int worker);
    }

    private final Worker[] workers;
    private int active;

    // The present phase. A worker reads it between two looks at an even round: it has read one phase, not parts of two.
    private volatile int round;
    private volatile @Nullable Phase phase;
    private volatile int chunks;
    private volatile boolean chunksBackwards;
    private volatile int members;
    /** The newest round in which somebody took the chunk of this index. */
    private volatile AtomicIntegerArray taken = new AtomicIntegerArray(0);

    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;

    /** @param size threads with the caller, at least 1 */
    Crew(int size) {
        this.workers = new Worker[size - 1];
        this.active = size;
    }

    int size() {
        return workers.length + 1;
    }

    /** How many threads share the phases that follow, 1 to {@link #size}. */
    void setActive(int threads) {
        active = threads;
    }

    /** Returns when all chunks are done. */
    void run(Phase next, int count) {
        run(next, count, false);
    }

    /**
     * Likewise, with the last chunk of each thread's share first: where a phase works on what another one has gone through, it
     * begins with what is in the core's cache yet.
     */
    void runBackwards(Phase next, int count) {
        run(next, count, true);
    }

    private void run(Phase next, int count, boolean backwards) {
        int crew = Math.min(active, count);
        if (crew <= 1) {
            for (int i = 0; i < count; i++) {
                next.run(backwards ? count - 1 - i : i, 0);
            }
            return;
        }
        round = nextRound();
        if (taken.length() < count) {
            AtomicIntegerArray grown = new AtomicIntegerArray(count);
            for (int chunk = 0; chunk < count; chunk++) {
                grown.set(chunk, round);
            }
            taken = grown;
        }
        done.set(0);
        phase = next;
        chunks = count;
        chunksBackwards = backwards;
        members = crew;
        round = nextRound();
        wake(crew);
        work(next, round, count, backwards, crew, 0, taken);
        while (done.get() < count) {
            Thread.onSpinWait();
        }
        rethrow();
    }

    /** Only the caller of {@link #run} ever changes it. */
    private int nextRound() {
        return round + 1;
    }

    private void wake(int crew) {
        for (int i = 1; i < crew; i++) {
            Worker worker = workers[i - 1];
            if (worker == null) {
                worker = new Worker(i);
                workers[i - 1] = worker;
                worker.start();
            } else if (worker.asleep) {
                LockSupport.unpark(worker);
            }
        }
    }

    private void work(
            Phase now, int nowRound, int count, boolean backwards, int crew, int worker, AtomicIntegerArray nowTaken) {
        int first = backwards ? count * (worker + 1) / crew - 1 : count * worker / crew;
        for (int i = 0; i < count; i++) {
            int chunk = Math.floorMod(backwards ? first - i : first + i, count);
            int before = nowTaken.get(chunk);
            if (before - nowRound < 0 && nowTaken.compareAndSet(chunk, before, nowRound)) {
                try {
                    now.run(chunk, worker);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
                done.incrementAndGet();
            }
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        if (thrown != null) {
            throw new IllegalStateException("A part of a training step failed", thrown);
        }
    }

    private final class Worker extends Thread {
        private final int index;
        private volatile boolean asleep;

        Worker(int index) {
            super("freshet-step-" + index);
            this.index = index;
            setDaemon(true);
        }

        @Override
        public void run() {
            int last = 0;
            long awakeUntil = System.nanoTime() + AWAKE_NANOS;
            int looks = 0;
            while (!closed) {
                int now = round;
                if (now == last || (now & 1) != 0) {
                    Thread.onSpinWait();
                    if ((++looks & 63) == 0 && System.nanoTime() - awakeUntil > 0) {
                        sleep(last);
                        awakeUntil = System.nanoTime() + AWAKE_NANOS;
                    }
                    continue;
                }
                Phase nowPhase = phase;
                int count = chunks;
                boolean backwards = chunksBackwards;
                int crew = members;
                AtomicIntegerArray nowTaken = taken;
                if (round != now) {
                    continue;
                }
                last = now;
                if (nowPhase != null && index < crew) {
                    work(nowPhase, now, count, backwards, crew, index, nowTaken);
                    awakeUntil = System.nanoTime() + AWAKE_NANOS;
                }
            }
        }

        private void sleep(int last) {
            asleep = true;
            while (round == last && !closed) {
                LockSupport.park(Crew.this);
            }
            asleep = false;
        }
    }

    /** Ends the workers, once they have done what they are doing. */
    @Override
    public void close() {
        closed = true;
        phase = null;
        for (Worker worker : workers) {
            if (worker != null) {
                LockSupport.unpark(worker);
            }
        }
    }
}
