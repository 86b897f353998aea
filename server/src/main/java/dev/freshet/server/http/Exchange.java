package dev.freshet.server.http;

import com.linecorp.armeria.common.CancellationException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.freshet.server.api.Answer;
import dev.freshet.server.api.Inference;
import dev.freshet.server.api.InferenceRequest;
import dev.freshet.server.api.Refusal;
import dev.freshet.server.api.RefusedException;
import dev.freshet.server.api.RequestMeters;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One request on the port and the time that it has: counted, and given up when nobody waits for it any more. */
public final class Exchange {
    /** As good as no limit, and does not overflow. */
    private static final long YEAR_MILLIS = TimeUnit.DAYS.toMillis(365);

    private final ServiceRequestContext context;
    private final RequestMeters meters;
    private final long startedNanos;
    private final long deadlineNanos;
    /** Whether Armeria ends the request when its time is up. */
    private final boolean isLimited;

    /** Of the request that the context is for, as it comes. */
    public Exchange(ServiceRequestContext context, RequestMeters meters) {
        this.context = context;
        this.meters = meters;
        this.startedNanos = context.log()
                .ensureAvailable(RequestLogProperty.REQUEST_START_TIME)
                .requestStartTimeNanos();
        this.isLimited = context.requestTimeoutMillis() > 0;
        // Armeria lifts the port's limit for a caller over gRPC who sends no deadline.
        long millis =
                isLimited ? context.requestTimeoutMillis() : context.config().requestTimeoutMillis();
        this.deadlineNanos = startedNanos + TimeUnit.MILLISECONDS.toNanos(millis > 0 ? millis : YEAR_MILLIS);
    }

    public ServiceRequestContext context() {
        return context;
    }

    /** The request's event loop: at once where that is the thread that asks. */
    public Executor eventLoop() {
        EventLoop loop = context.eventLoop().withoutContext();
        return task -> {
            if (loop.inEventLoop()) {
                task.run();
            } else {
                loop.execute(task);
            }
        };
    }

    /**
     * When its time is up, of {@link System#nanoTime}.
     *
     * @param timeoutMicros what the request itself allows; 0 for as long as the server does
     */
    public long deadlineNanos(long timeoutMicros) {
        long nanos = TimeUnit.MICROSECONDS.toNanos(timeoutMicros);
        return timeoutMicros > 0 && nanos < deadlineNanos - startedNanos ? startedNanos + nanos : deadlineNanos;
    }

    /** Asks the model, until the caller goes away or the request's deadline passes. */
    public CompletableFuture<Answer> infer(Inference inference, InferenceRequest request) {
        CompletableFuture<Answer> answer =
                inference.infer(request, context.eventLoop().withoutContext());
        if (answer.isDone()) {
            return answer;
        }
        if (!isLimited || request.deadlineNanos() != deadlineNanos) {
            expire(answer, request.deadlineNanos() - System.nanoTime());
        }
        var unused = context.whenRequestCancelling().thenApply(cause -> answer.completeExceptionally(refusal(cause)));
        return answer;
    }

    /** Not by the context's own timeout, for which a caller over gRPC would be told that it was cancelled. */
    private void expire(CompletableFuture<Answer> answer, long afterNanos) {
        Future<?> alarm = context.eventLoop()
                .schedule(() -> answer.completeExceptionally(late()), afterNanos, TimeUnit.NANOSECONDS);
        var unused = answer.whenComplete((scored, failure) -> alarm.cancel(false));
    }

    public void answered(Answer answer) {
        meters.answered(answer, startedNanos);
    }

    /**
     * Counts the request as one without an answer.
     *
     * @return what the caller is told
     */
    public RefusedException refused(Throwable failure) {
        return meters.refused(refusal(failure));
    }

    private Throwable refusal(Throwable failure) {
        Throwable cause = Exceptions.peel(failure);
        if (cause instanceof RequestTimeoutException) {
            return late();
        }
        if (cause instanceof ContentTooLargeException || isTooLarge(cause)) {
            return new RefusedException(
                    Refusal.TOO_LARGE, "the request has more than " + context.maxRequestLength() + " bytes");
        }
        boolean gone = cause instanceof CancellationException || cause instanceof ClosedStreamException;
        return gone ? new RefusedException(Refusal.CANCELLED, "the caller has gone") : cause;
    }

    /** What comes where already the headers tell of too large a body. */
    private static boolean isTooLarge(Throwable cause) {
        return cause instanceof HttpStatusException refused
                && refused.httpStatus().equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE);
    }

    private static RefusedException late() {
        return new RefusedException(Refusal.DEADLINE_EXCEEDED, "the request's time was up before it was answered");
    }
}
