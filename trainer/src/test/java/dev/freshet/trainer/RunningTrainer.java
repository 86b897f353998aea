package dev.freshet.trainer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A trainer on a thread of its own. */
final class RunningTrainer {
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private final Thread thread;

    private RunningTrainer(Trainer trainer) {
        thread = new Thread(
                () -> {
                    try {
                        trainer.run();
                        end.complete(null);
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                },
                "trainer");
    }

    static RunningTrainer start(Trainer trainer) {
        RunningTrainer running = new RunningTrainer(trainer);
        running.thread.start();
        return running;
    }

    boolean hasEnded() {
        return end.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Blocks until the trainer has ended; what it ended with, null for nothing wrong. */
    @Nullable
    Throwable failure() throws InterruptedException {
        try {
            end.get(30, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("the trainer goes on", e);
        }
    }
}
