package dev.freshet.server.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that wait, and which of them are scored together.
 *
 * <p>Small jobs that go to the same version, in the order of their arrival, share batches. Jobs of more examples than a
 * batch has stand in a line of their own and are scored a batch's worth at a time, in turns with each other and with the
 * small ones: whoever asks about one picture waits for one batch of them, not for thousands of theirs. Not safe for
 * threads.
 */
final class JobQueue {
    private final int maxSize;
    private final int capacity;
    private final Deque<Job> small = new ArrayDeque<>();
    private final Deque<Job> large = new ArrayDeque<>();
    private int smallExamples;
    private int largeExamples;
    /** Jobs that ask about files. */
    private int pictures;

    private boolean largeIsNext;

    /**
     * @param maxSize examples of one batch
     * @param capacity examples that may wait
     */
    JobQueue(int maxSize, int capacity) {
        this.maxSize = maxSize;
        this.capacity = capacity;
    }

    /** Examples that wait. */
    int examples() {
        return smallExamples + largeExamples;
    }

    /** False where there is no room. */
    boolean add(Job job) {
        if (job.size() > capacity - examples()) {
            return false;
        }
        putBack(job);
        return true;
    }

    /** As {@link #add}, for a job that is not at its end and has had its place all the time. */
    void putBack(Job job) {
        pictures += job.hasPictures() ? 1 : 0;
        if (job.size() > maxSize) {
            large.addLast(job);
            largeExamples += job.remaining();
        } else {
            small.addLast(job);
            smallExamples += job.size();
        }
    }

    /** Whether files wait, which take an unknown time to read. */
    boolean hasPictures() {
        return pictures > 0;
    }

    boolean isEmpty() {
        return small.isEmpty() && large.isEmpty();
    }

    /** Whether waiting could not make the next batch larger. */
    boolean hasFullBatch() {
        return !large.isEmpty() || smallExamples >= maxSize;
    }

    /** When the job arrived that has waited longest of those that may wait for others; null where there is none. */
    @Nullable
    Long oldestArrivalNanos() {
        Job first = small.peekFirst();
        return first == null ? null : Long.valueOf(first.arrivedNanos());
    }

    /**
     * Takes the jobs of the next batch: some small ones, or a single large one of which a part is to be scored.
     *
     * @param unwanted told of those that came out but are late, or that nobody waits for
     * @return empty where nobody waits for an answer
     */
    List<Job> next(long nowNanos, Consumer<Job> unwanted) {
        List<Job> batch = List.of();
        if (largeIsNext || small.isEmpty()) {
            batch = nextLarge(nowNanos, unwanted);
            largeIsNext = false;
        }
        if (batch.isEmpty()) {
            batch = nextSmall(nowNanos, unwanted);
            largeIsNext = true;
        }
        return batch.isEmpty() ? nextLarge(nowNanos, unwanted) : batch;
    }

    private List<Job> nextLarge(long nowNanos, Consumer<Job> unwanted) {
        for (Job job = large.pollFirst(); job != null; job = large.pollFirst()) {
            largeExamples -= job.remaining();
            pictures -= job.hasPictures() ? 1 : 0;
            if (isWanted(job, nowNanos)) {
                return List.of(job);
            }
            unwanted.accept(job);
        }
        return List.of();
    }

    private List<Job> nextSmall(long nowNanos, Consumer<Job> unwanted) {
        List<Job> batch = new ArrayList<>();
        Deque<Job> otherRoutes = new ArrayDeque<>();
        int examples = 0;
        for (Job job = small.peekFirst(); job != null; job = small.peekFirst()) {
            boolean wanted = isWanted(job, nowNanos);
            if (wanted && (examples + job.size() > maxSize || otherRoutes.size() == maxSize)) {
                break;
            }
            small.removeFirst();
            if (wanted && !batch.isEmpty() && !job.route().equals(batch.get(0).route())) {
                otherRoutes.addFirst(job);
                continue;
            }
            smallExamples -= job.size();
            pictures -= job.hasPictures() ? 1 : 0;
            if (wanted) {
                batch.add(job);
                examples += job.size();
            } else {
                unwanted.accept(job);
            }
        }
        // They were first, and the next batch is theirs.
        otherRoutes.forEach(small::addFirst);
        return batch;
    }

    private static boolean isWanted(Job job, long nowNanos) {
        return !job.isGivenUp() && !job.isLate(nowNanos);
    }
}
