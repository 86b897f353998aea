package dev.freshet.bench.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Callers that ask for a while, and what came of it. */
final class Load {
    private final Calls.Call call;
    private final LongConsumer onAnswer;
    private final Latencies latencies = new Latencies();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong next = new AtomicLong();
    private double seconds;

    /** @param onAnswer told what each answer says, on the client's threads */
    private Load(Calls.Call call, LongConsumer onAnswer) {
        this.call = call;
        this.onAnswer = onAnswer;
    }

    /** So many callers, each of which asks again as soon as it was answered. */
    static Load ofCallers(Calls.Call call, int callers, Duration length) throws InterruptedException {
        Load load = new Load(call, answer -> {});
        long started = System.nanoTime();
        long end = started + length.toNanos();
        CountDownLatch left = new CountDownLatch(callers);
        for (int i = 0; i < callers; i++) {
            load.askUntil(end, left);
        }
        left.await();
        load.seconds = (System.nanoTime() - started) / 1e9;
        return load;
    }

    private void askUntil(long end, CountDownLatch left) {
        long asked = System.nanoTime();
        if (asked >= end) {
            left.countDown();
            return;
        }
        CompletableFuture<?> unused = call.ask(next.getAndIncrement()).whenComplete((answer, failure) -> {
            note(asked, answer);
            askUntil(end, left);
        });
    }

    /**
     * So many requests a second, whether or not those before were answered. A request's time begins when it was due: one
     * that a slow server holds up counts, too.
     */
    static Load ofRate(Calls.Call call, int rate, Duration length, LongConsumer onAnswer) throws InterruptedException {
        Load load = new Load(call, onAnswer);
        long started = System.nanoTime();
        int requests = (int) (rate * length.toNanos() / 1_000_000_000L);
        CountDownLatch left = new CountDownLatch(requests);
        for (int i = 0; i < requests; i++) {
            long due = started + i * 1_000_000_000L / rate;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            CompletableFuture<?> unused = call.ask(i).whenComplete((answer, failure) -> {
                load.note(due, answer);
                left.countDown();
            });
        }
        left.await();
        load.seconds = (System.nanoTime() - started) / 1e9;
        return load;
    }

    /** @param answer null where there is none */
    private void note(long since, @Nullable Long answer) {
        if (answer != null) {
            latencies.add(System.nanoTime() - since);
            onAnswer.accept(answer);
        } else {
            failures.incrementAndGet();
        }
    }

    double rate() {
        return latencies.count() / seconds;
    }

    long failures() {
        return failures.get();
    }

    Latencies latencies() {
        return latencies;
    }
}
