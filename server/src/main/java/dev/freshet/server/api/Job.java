package dev.freshet.server.api;

import dev.freshet.server.model.Lease;
import dev.freshet.server.model.Route;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits to be scored, or is being scored in slices. Whoever holds it changes it: the queue's owner, or the
 * thread that took it from there; the answer is for any thread.
 */
final class Job {
    private final InferenceRequest request;
    private final Route route;
    private final int size;
    private final boolean asksForLogits;
    private final long arrivedNanos;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Of a request in slices, what has come of it so far. */
    private @Nullable Progress progress;

    /**
     * @param route which version is to score it
     * @param size examples of its input
     */
    Job(InferenceRequest request, Route route, int size, long arrivedNanos) {
        this.request = request;
        this.route = route;
        this.size = size;
        this.asksForLogits = Output.LOGITS.isAskedFor(request);
        this.arrivedNanos = arrivedNanos;
    }

    /** Of a request that takes more than one batch: all of them are scored by the version of the first. */
    static final class Progress {
        final Lease version;
        final InputReading reading;
        final float[] probabilities;
        final float @Nullable [] logits;
        final long startedNanos;
        int next;
        long scoredNanos;

        Progress(
                Lease version,
                InputReading reading,
                float[] probabilities,
                float @Nullable [] logits,
                long startedNanos) {
            this.version = version;
            this.reading = reading;
            this.probabilities = probabilities;
            this.logits = logits;
            this.startedNanos = startedNanos;
        }
    }

    InferenceRequest request() {
        return request;
    }

    Route route() {
        return route;
    }

    InputTensor input() {
        return request.inputs().get(0);
    }

    /** Whether its examples are PNG or JPEG files. */
    boolean hasPictures() {
        return input().datatype() == Datatype.BYTES;
    }

    /** Examples. */
    int size() {
        return size;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    CompletableFuture<Answer> answer() {
        return answer;
    }

    @Nullable
    Progress progress() {
        return progress;
    }

    void begin(Progress begun) {
        progress = begun;
    }

    boolean asksForLogits() {
        return asksForLogits;
    }

    /** Examples that are still to be scored. */
    int remaining() {
        return progress == null ? size : size - progress.next;
    }

    boolean isLate(long nowNanos) {
        return nowNanos - request.deadlineNanos() >= 0;
    }

    /** Whether nobody waits for the answer any more. */
    boolean isGivenUp() {
        return answer.isDone();
    }

    void fail(Throwable failure) {
        letGo();
        boolean unused = answer.completeExceptionally(failure);
    }

    void complete(Answer result) {
        letGo();
        boolean unused = answer.complete(result);
    }

    /** Frees the version where the request was cancelled between two slices. */
    void letGo() {
        if (progress != null) {
            progress.version.close();
        }
    }
}
